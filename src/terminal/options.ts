/**
 * The options of the terminal tool. Parsing, defaults and help texts come from this table, so they
 * cannot disagree. Help lists options in the order of the table.
 */
import { DEFAULT_CAPTURE, MAX_HZ, MAX_PIDS } from '../ticks/options';
import { defaultThreshold } from '../core/loadLimit';
import type { LoadMetric } from '../core/loadWatch';
import type { Target } from '../formats/convert';

export type Command = 'record' | 'monitor' | 'convert' | 'doctor' | 'helper';

/** Section of a help text. Commands with few options have `other` only. */
export type Section = 'load' | 'count' | 'results' | 'capture' | 'other';

export interface Option {
  readonly name: string;
  readonly short?: string;
  /** What help calls the value; absent for a flag. */
  readonly value?: string;
  /** Whether the option may be repeated. */
  readonly multiple?: true;
  /** Value used when the option is not given. */
  readonly default?: string;
  readonly help: string;
  /** Values the option takes, with what each means. Help marks the default one. */
  readonly choices?: Readonly<Record<string, string>>;
  readonly section: Section;
  readonly commands: readonly Command[];
}

const DEFAULT_INTERVAL = 5;

const METRICS: Readonly<Record<LoadMetric, string>> = {
  'run-queue':
    'runnable tasks on the CPU being sampled, the running one included; decided in the kernel, sample by sample',
  'load-average': 'of the last minute, from /proc/loadavg, read once a second',
  pressure:
    'share of the last 10 s in which some task waited for a CPU, percent, from /proc/pressure/cpu, read once a second',
};

const TARGET_HELP: Readonly<Record<Target, string>> = {
  svg: 'a flame graph in one file: open it in a browser',
  folded: 'one line for each stack, for flame graph tools',
  speedscope: 'JSON for speedscope, one profile for each process',
  bpftrace: 'as stack.bpf, for stackcollapse-bpftrace.pl',
};

const FORMAT_HELP = 'what to print on standard output at each report:';

export const FORMATS = {
  record: {
    json: 'the whole document, in the shape of stack_count.log',
    table: 'the busiest processes and stacks, for people',
    none: 'nothing',
  },
  monitor: {
    blocks: 'one block for each stack, with the threads that had it',
    none: 'nothing',
  },
} as const;

const RECORDING = ['record', 'monitor'] as const;

export const OPTIONS = [
  {
    name: 'metric',
    value: 'M',
    default: 'run-queue',
    help: '',
    choices: METRICS,
    section: 'load',
    commands: ['monitor'],
  },
  {
    name: 'threshold',
    value: 'N',
    help: `record while the load is over this (default: run-queue ${defaultThreshold('run-queue', 1)}, load-average the number of CPUs, pressure ${defaultThreshold('pressure', 1)})`,
    section: 'load',
    commands: ['monitor'],
  },
  {
    name: 'kernel',
    short: 'k',
    help: 'kernel stacks (this is the default)',
    section: 'count',
    commands: RECORDING,
  },
  {
    name: 'user',
    short: 'u',
    help: 'user stacks; with -k both, joined into one stack',
    section: 'count',
    commands: RECORDING,
  },
  {
    name: 'pid',
    short: 'p',
    value: '"1 2 3"',
    multiple: true,
    help: `only these processes, with all their threads; at most ${MAX_PIDS}`,
    section: 'count',
    commands: RECORDING,
  },
  {
    name: 'own',
    help: "only your own processes, by the owner of /proc/PID; under sudo, the caller's",
    section: 'count',
    commands: RECORDING,
  },
  {
    name: 'hz',
    value: 'N',
    default: String(DEFAULT_CAPTURE.hz),
    help: `samples per second and CPU, 1 to ${MAX_HZ} (default ${DEFAULT_CAPTURE.hz})`,
    section: 'count',
    commands: RECORDING,
  },
  {
    name: 'interval',
    value: 'S',
    default: String(DEFAULT_INTERVAL),
    help: `seconds between two reports (default ${DEFAULT_INTERVAL})`,
    section: 'results',
    commands: RECORDING,
  },
  {
    name: 'duration',
    value: 'S',
    help: 'stop after S seconds',
    section: 'results',
    commands: RECORDING,
  },
  {
    name: 'output',
    short: 'o',
    value: 'DIR',
    default: '.',
    help: 'folder for stack_count.log and stack.svg (default: the current one)',
    section: 'results',
    commands: ['record'],
  },
  {
    name: 'output',
    short: 'o',
    value: 'DIR',
    default: '.',
    help: 'folder for stack.bpf and stack.svg (default: the current one)',
    section: 'results',
    commands: ['monitor'],
  },
  {
    name: 'format',
    value: 'F',
    default: 'json',
    help: FORMAT_HELP,
    choices: FORMATS.record,
    section: 'results',
    commands: ['record'],
  },
  {
    name: 'format',
    value: 'F',
    default: 'blocks',
    help: FORMAT_HELP,
    choices: FORMATS.monitor,
    section: 'results',
    commands: ['monitor'],
  },
  {
    name: 'capture',
    value: 'FILE',
    help: 'also save everything the recorder said, in a new file',
    section: 'capture',
    commands: RECORDING,
  },
  {
    name: 'replay',
    value: 'FILE',
    help: 'use such a file instead of recording; needs no root',
    section: 'capture',
    commands: RECORDING,
  },
  {
    name: 'bpftrace',
    value: 'PATH',
    help: 'another bpftrace; only for root',
    section: 'other',
    commands: RECORDING,
  },
  {
    name: 'to',
    value: 'FORMAT',
    help: '',
    choices: TARGET_HELP,
    section: 'other',
    commands: ['convert'],
  },
  {
    name: 'output',
    short: 'o',
    value: 'FILE',
    help: 'write there instead of to standard output; readable to you alone',
    section: 'other',
    commands: ['convert'],
  },
  {
    name: 'pid',
    short: 'p',
    value: '"1 2 3"',
    multiple: true,
    help: 'look at the frame pointers and debug symbols of these processes',
    section: 'other',
    commands: ['doctor'],
  },
  {
    name: 'probe',
    help: 'record for two seconds even if a password is asked for',
    section: 'other',
    commands: ['doctor'],
  },
  {
    name: 'for',
    value: 'WHO',
    default: 'terminal',
    help: 'judge the ways to root for: terminal (default), editor',
    section: 'other',
    commands: ['doctor'],
  },
  {
    name: 'for',
    value: 'WHO',
    default: 'terminal',
    help: 'who asks for a password: terminal (default), editor',
    section: 'other',
    commands: ['helper'],
  },
  {
    name: 'json',
    help: 'print {"version": 1, "exitCode": N, "rows": [...]}; each row has id, title, state, finding, details, why, fix, and for a problem exitCode',
    section: 'other',
    commands: ['doctor'],
  },
  {
    name: 'json',
    help: 'print {"state": {...}, "text": "...", "failure": {...}}',
    section: 'other',
    commands: ['helper'],
  },
  {
    name: 'help',
    short: 'h',
    help: 'this text',
    section: 'other',
    commands: ['record', 'monitor', 'convert', 'doctor', 'helper'],
  },
] as const satisfies readonly Option[];

/** The options of one command, in the order of its help. */
export function optionsOf(command: Command): readonly Option[] {
  return OPTIONS.filter(({ commands }: Option) => commands.includes(command));
}

type Entry = (typeof OPTIONS)[number];
type EntryOf<C extends Command, E = Entry> = E extends Entry
  ? C extends E['commands'][number]
    ? E
    : never
  : never;

type ValueOf<E> = E extends { multiple: true }
  ? readonly string[] | undefined
  : E extends { default: string }
    ? string
    : E extends { value: string }
      ? string | undefined
      : boolean;

/** What parsing the words of a command gives: every option by its name. */
export type Values<C extends Command> = {
  readonly [E in EntryOf<C> as E['name']]: ValueOf<E>;
};
