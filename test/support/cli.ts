/** The built terminal tool, as a person runs it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../../scripts/lib/paths.mjs';
import { atExit } from './atExit';
import { descendantsOf, isAlive } from './processes';
import { waitFor } from './waitFor';

export const CLI = join(REPOSITORY, 'dist', 'cli.js');

/** The shape of stack_count.log. */
export type Log = Record<
  string,
  {
    name: string;
    pids: Record<string, Record<string, { trace: string[]; count: number; label: null | 0 | 1 }>>;
  }
>;

export interface CliEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `4,012 samples in 312 stacks of 14 processes, 3,877 outside, 37 lost (30 stack collisions)`. */
export interface ClosingLine {
  readonly samples: number;
  readonly stacks: number;
  readonly processes: number;
  readonly outside: number;
  readonly lost: number;
  /** Of the lost, those that were estimated, for no bpftrace was there to count them. */
  readonly estimated: number;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Runs it as somebody else. */
  readonly as?: (file: string, args: readonly string[]) => SomeCommand;
  /** The tool in another place, which others may read. */
  readonly program?: string;
  /** Nobody reads its reports, until `readStdout` is called. */
  readonly unread?: boolean;
}

interface SomeCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

const asOurselves = (file: string, args: readonly string[]): SomeCommand => ({ file, args });

export class Cli {
  readonly ended: Promise<CliEnd>;
  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';
  /** What it said on standard error, and when, by performance.now(). */
  readonly said: { readonly text: string; readonly at: number }[] = [];

  constructor(
    words: readonly string[],
    { cwd, env, as = asOurselves, program = CLI, unread = false }: CliOptions = {},
  ) {
    const command = as(process.execPath, [program, ...words]);
    this.#child = spawn(command.file, command.args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd,
      env: env ?? command.env ?? process.env,
    });
    if (!unread) this.readStdout();
    this.#child.stderr?.on('data', (chunk: Buffer) => this.#says(chunk.toString('utf8')));
    const forget = atExit(() => this.#child.kill('SIGKILL'));
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        forget();
        resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr });
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  #says(text: string): void {
    this.#stderr += text;
    this.said.push({ text, at: performance.now() });
  }

  /** From now on its reports are read. */
  readStdout(): void {
    this.#child.stdout?.on('data', (chunk: Buffer) => (this.#stdout += chunk.toString('utf8')));
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The reader of its reports goes away. */
  closeStdout(): void {
    this.#child.stdout?.destroy();
  }

  /** Everything it started that is alive. */
  helpers(): number[] {
    return descendantsOf(this.pid).filter(isAlive);
  }

  /** The bpftrace it runs, once the probes are attached and ticks come. */
  async bpftrace(): Promise<number> {
    const look = (): number | undefined => this.helpers().find(isBpftrace);
    return (await waitFor('a bpftrace of the tool', look, Boolean, { withinMs: 10_000 })) ?? 0;
  }
}

/** Debian's is called bpftrace; one from another system runs under its dynamic linker. */
function isBpftrace(pid: number): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return words.includes('-e') && words.some((word) => word.endsWith('bpftrace'));
  } catch {
    return false;
  }
}

/** Runs the tool to its end. */
export function runCli(
  words: readonly string[],
  options?: ConstructorParameters<typeof Cli>[1],
): Promise<CliEnd> {
  return new Cli(words, options).ended;
}

export function readLog(folder: string): Log {
  return JSON.parse(readFileSync(join(folder, 'stack_count.log'), 'utf8')) as Log;
}

export function closingLine(stderr: string): ClosingLine {
  const last = stderr.trimEnd().split('\n').pop() ?? '';
  const found =
    /^([\d,]+) samples in ([\d,]+) stacks of ([\d,]+) processes, ([\d,]+) outside, ([\d,]+) lost(?: \((.+)\))?$/.exec(
      last,
    );
  if (!found) throw new Error(`no closing line, but: ${last}`);
  const number = (text = '0'): number => Number(text.replaceAll(',', ''));
  const [samples = 0, stacks = 0, processes = 0, outside = 0, lost = 0] = found
    .slice(1, 6)
    .map(number);
  const estimated = number(/([\d,]+) while bpftrace was renewed/.exec(found[6] ?? '')?.[1]);
  return { samples, stacks, processes, outside, lost, estimated };
}

export interface LogEntry {
  readonly key: string;
  readonly name: string;
  readonly tid: number;
  /** Leaf first, without the addresses. */
  readonly symbols: readonly string[];
  readonly count: number;
}

export function entries(log: Log): LogEntry[] {
  return Object.entries(log).flatMap(([key, { name, pids }]) =>
    Object.entries(pids).flatMap(([tid, stacks]) =>
      Object.values(stacks).map(({ trace, count }) => {
        const symbols = trace.map((frame) => frame.slice(frame.indexOf(':') + 1));
        return { key, name, tid: Number(tid), symbols, count };
      }),
    ),
  );
}

export function sum(list: readonly { count: number }[]): number {
  return list.reduce((total, { count }) => total + count, 0);
}
