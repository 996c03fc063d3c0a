/** Reads the command line of `stack-count record`. Every refusal names the option and what it takes. */
import { existsSync } from 'node:fs';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { MAX_HZ, MAX_PID, MAX_PIDS } from '../capture/options';
import type { StackParts } from '../capture/printedStack';
import { UsageError } from './usageError';

export const REPORT_FORMATS = ['json', 'table', 'none'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export interface RecordArguments {
  readonly help: boolean;
  readonly stacks: StackParts;
  readonly pids: readonly number[] | 'all';
  readonly hz: number;
  readonly interval: number;
  readonly duration: number | undefined;
  readonly folder: string;
  readonly format: ReportFormat;
  readonly capture: string | undefined;
  readonly replay: string | undefined;
  readonly bpftrace: string | undefined;
  /** Program and arguments to start and count; empty when none was given. */
  readonly command: readonly string[];
}

const OPTIONS = {
  user: { type: 'boolean', short: 'u' },
  kernel: { type: 'boolean', short: 'k' },
  pid: { type: 'string', short: 'p', multiple: true },
  hz: { type: 'string' },
  interval: { type: 'string' },
  duration: { type: 'string' },
  output: { type: 'string', short: 'o' },
  format: { type: 'string' },
  capture: { type: 'string' },
  replay: { type: 'string' },
  bpftrace: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsConfig['options'];

/** @throws UsageError */
export function readRecordArguments(words: readonly string[]): RecordArguments {
  const { own, command } = splitCommand(words);
  const { values, positionals } = parse(own);
  if (positionals[0] !== undefined) {
    throw new UsageError(`"${positionals[0]}" is not an option; a command to run goes behind --`);
  }
  const pids = readPids(values.pid);
  if (command !== undefined && pids !== 'all') {
    throw new UsageError('-p and a command behind -- can not be combined');
  }
  return {
    help: values.help ?? false,
    stacks: readStacks(values.user, values.kernel),
    pids,
    hz: number('--hz', values.hz ?? '99', 1, MAX_HZ),
    interval: number('--interval', values.interval ?? '5', 1, 3600),
    duration:
      values.duration === undefined
        ? undefined
        : number('--duration', values.duration, 1, 31_536_000),
    folder: values.output ?? '.',
    format: readFormat(values.format ?? 'json'),
    capture: values.capture,
    replay: values.replay,
    bpftrace: values.bpftrace,
    command: command ?? [],
  };
}

function splitCommand(words: readonly string[]): { own: string[]; command?: string[] } {
  const dashes = words.indexOf('--');
  if (dashes < 0) return { own: [...words] };
  const command = words.slice(dashes + 1);
  if (command.length === 0) throw new UsageError('-- must be followed by a command');
  return { own: words.slice(0, dashes), command };
}

function parse(words: string[]) {
  try {
    return parseArgs({ args: words, options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    // Node's sentence names the option; what follows it is advice on positionals, not for us.
    const [sentence = ''] = (error as Error).message.split('. ');
    throw new UsageError(sentence.replace(/\.$/, ''));
  }
}

function readStacks(user: boolean | undefined, kernel: boolean | undefined): StackParts {
  if (user) return kernel ? 'both' : 'user';
  return 'kernel';
}

function readFormat(text: string): ReportFormat {
  const format = REPORT_FORMATS.find((name) => name === text);
  if (!format) throw new UsageError(`--format ${text}: expected json, table or none`);
  return format;
}

/** A whole number within bounds, or a sentence that says so. */
function number(option: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < low || value > high) {
    throw new UsageError(`${option} ${text}: expected a whole number from ${low} to ${high}`);
  }
  return value;
}

/** `-p "1 2 3"`, `-p 1,2`, `-p 1 -p 2`. */
function readPids(values: readonly string[] | undefined): readonly number[] | 'all' {
  if (values === undefined) return 'all';
  const words = values.flatMap((value) => value.split(/[\s,]+/)).filter((word) => word !== '');
  if (words.length === 0) throw new UsageError('-p expects process ids, as in -p "12 34"');
  const pids = [...new Set(words.map((word) => number('-p', word, 1, MAX_PID)))];
  if (pids.length > MAX_PIDS) {
    throw new UsageError(`-p lists ${pids.length} processes: at most ${MAX_PIDS} are possible`);
  }
  return pids;
}

/** @throws UsageError naming the first process that does not exist */
export function requireProcesses(pids: readonly number[] | 'all'): void {
  if (pids === 'all') return;
  const missing = pids.find((pid) => !existsSync(`/proc/${pid}`));
  if (missing !== undefined) throw new UsageError(`-p ${missing}: there is no such process`);
}
