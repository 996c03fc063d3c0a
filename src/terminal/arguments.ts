/** Reads the command lines of `record` and `monitor`. Every refusal names the option and what it takes. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { MAX_HZ, MAX_PID, MAX_PIDS } from '../ticks/options';
import type { StackParts } from '../ticks/printedStack';
import { defaultThreshold, readThreshold } from '../core/loadLimit';
import { LOAD_METRICS, type LoadLimit } from '../core/loadWatch';
import type { Asker } from '../privilege/ways';
import { FORMATS, type Values } from './options';
import { parseOptions } from './parseOptions';
import { UsageError } from './usageError';

type Tool = keyof typeof FORMATS;
export type ReportFormat = { [T in Tool]: keyof (typeof FORMATS)[T] }[Tool];

/** What `record` and `monitor` are told. */
export interface RunArguments {
  readonly help: boolean;
  readonly stacks: StackParts;
  readonly pids: readonly number[] | 'all';
  /** Only processes of the user who asks. */
  readonly own: boolean;
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
  /** Record only while the load is over this: the load monitor. */
  readonly limit: LoadLimit | undefined;
}

/** @throws UsageError */
export function readRecordArguments(words: readonly string[]): RunArguments {
  const { own, command } = splitCommand(words);
  const common = readCommon(parse('record', own), 'record');
  if (command !== undefined && common.pids !== 'all') {
    throw new UsageError('-p and a command behind -- cannot be combined');
  }
  return { ...common, command: command ?? [] };
}

/** @throws UsageError */
export function readMonitorArguments(words: readonly string[]): RunArguments {
  const values = parse('monitor', words);
  const common = readCommon(values, 'monitor');
  return { ...common, limit: readLimit(values.metric, values.threshold) };
}

function readCommon(values: Values<'record'>, tool: Tool): RunArguments {
  const { duration } = values;
  return {
    help: values.help,
    stacks: readStacks(values.user, values.kernel),
    pids: readPids(values.pid),
    own: values.own,
    hz: number('--hz', values.hz, 1, MAX_HZ),
    interval: number('--interval', values.interval, 1, 3600),
    duration: duration === undefined ? undefined : number('--duration', duration, 1, 31_536_000),
    folder: values.output,
    format: readFormat(values.format, tool),
    capture: values.capture,
    replay: values.replay,
    bpftrace: values.bpftrace,
    command: [],
    limit: undefined,
  };
}

function splitCommand(words: readonly string[]): { own: string[]; command?: string[] } {
  const dashes = words.indexOf('--');
  if (dashes < 0) return { own: [...words] };
  const command = words.slice(dashes + 1);
  if (command.length === 0) throw new UsageError('-- must be followed by a command');
  return { own: words.slice(0, dashes), command };
}

function parse<C extends Tool>(tool: C, words: readonly string[]): Values<C> {
  const { values, positionals } = parseOptions(tool, words, { allowPositionals: true });
  const [extra] = positionals;
  if (extra === undefined) return values;
  throw new UsageError(`"${extra}" is not an option; a command to run goes behind --`);
}

function readStacks(user: boolean, kernel: boolean): StackParts {
  if (user) return kernel ? 'both' : 'user';
  return 'kernel';
}

function readFormat(text: string, tool: Tool): ReportFormat {
  const formats = Object.keys(FORMATS[tool]) as ReportFormat[];
  const format = formats.find((name) => name === text);
  if (format) return format;
  const [last, ...others] = [...formats].reverse();
  throw new UsageError(`--format ${text}: expected ${others.reverse().join(', ')} or ${last}`);
}

function readLimit(name: string, text: string | undefined): LoadLimit {
  const metric = LOAD_METRICS.find((one) => one === name);
  if (!metric) throw new UsageError(`--metric ${name}: expected ${LOAD_METRICS.join(', ')}`);
  if (text === undefined) {
    return { metric, threshold: defaultThreshold(metric, availableParallelism()) };
  }
  const threshold = readThreshold(metric, text);
  if (typeof threshold === 'number') return { metric, threshold };
  throw new UsageError(`--threshold ${text}: expected ${threshold}`);
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
export function readPids(values: readonly string[] | undefined): readonly number[] | 'all' {
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

/** `--for`: who asks for the password. */
export function readAsker(name: string): Asker {
  if (name === 'terminal' || name === 'editor') return name;
  throw new UsageError(`--for ${name}: expected terminal or editor`);
}
