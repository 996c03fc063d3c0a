/**
 * Programs with known functions and threads, from test/fixtures/workloads. Each ends by itself after
 * the seconds it is given, and with the test that started it.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { testCacheDirectory } from '../../scripts/lib/machine.mjs';
import { REPOSITORY } from '../../scripts/lib/paths.mjs';
import { atExit } from './atExit';
import { threadTimes, type ThreadTime } from './processes';
import { waitFor } from './waitFor';

export type WorkloadName =
  | 'known'
  | 'crowd'
  | 'manythreads'
  | 'readers'
  | 'diverse'
  | 'hostile'
  | 'burst'
  | 'forkexec'
  | 'soak'
  | 'fakebpftrace'
  | 'collidingbpftrace'
  | 'mappings';

const SOURCES = join(REPOSITORY, 'test', 'fixtures', 'workloads');
/** Every function keeps its frame, so that stacks are those of the source. */
const FLAGS = [
  ...['-O1', '-g0', '-pthread', '-Wall', '-Wextra', '-Werror'],
  ...['-fno-omit-frame-pointer', '-fno-optimize-sibling-calls', '-fno-shrink-wrap'],
];

/** Path of the program; a source is compiled once for each set of extra flags (`-no-pie`, `-s`, …). */
export function compileWorkload(name: WorkloadName, extraFlags: readonly string[] = []): string {
  const flags = [...FLAGS, ...extraFlags];
  const folder = join(testCacheDirectory(), 'workloads', fingerprint(name, flags));
  const program = join(folder, name);
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  // Compiled beside its place: another test may be compiling the same.
  const unfinished = `${program}.${process.pid}`;
  runCompiler([...flags, join(SOURCES, `${name}.c`), '-o', unfinished]);
  chmodSync(unfinished, 0o755);
  renameSync(unfinished, program);
  return program;
}

function fingerprint(name: string, flags: readonly string[]): string {
  const hash = createHash('sha256').update(flags.join('\0'));
  for (const file of ['workload.h', `${name}.c`]) hash.update(readFileSync(join(SOURCES, file)));
  return hash.digest('hex').slice(0, 16);
}

function runCompiler(args: readonly string[]): void {
  const { status, stderr, error } = spawnSync('gcc', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`gcc failed: ${error?.message ?? stderr}`);
}

export interface WorkloadOptions {
  readonly seconds: number;
  /** What the program takes behind the seconds: see its source. */
  readonly args?: readonly (string | number)[];
  /** One other than compileWorkload(name): a copy, or with other flags. */
  readonly program?: string;
  /** Whether it leaves the CPU to whoever else wants it: an editor beside it stays quick. */
  readonly polite?: boolean;
  /** In a session of its own: the kernel shares out the CPUs among sessions (autogroup). */
  readonly ownSession?: boolean;
}

/** A running workload. Its process id is also the id of its first thread. */
export class Workload {
  readonly pid: number;
  /** Its exit status; a signal counts as 128. */
  readonly ended: Promise<number>;
  readonly #said: string[] = [];
  readonly #stop: () => void;

  constructor(child: ChildProcess) {
    this.pid = child.pid ?? 0;
    if (child.stdout)
      createInterface({ input: child.stdout }).on('line', (line) => this.#said.push(line));
    this.#stop = atExit(() => child.kill('SIGKILL'));
    this.ended = new Promise((resolve) => child.once('close', (code) => resolve(code ?? 128)));
  }

  /** Waits for a word the program says: READY, LATE, SUDDEN, or CHILDREN and a number. */
  async says(word: string, withinMs = 10_000): Promise<string> {
    const look = () => this.#said.find((line) => line.split(' ')[0] === word);
    return (await waitFor(`the workload to say ${word}`, look, Boolean, { withinMs })) ?? '';
  }

  threads(): ThreadTime[] {
    return threadTimes(this.pid);
  }

  stop(): Promise<number> {
    this.#stop();
    return this.ended;
  }
}

/** A tenth of the share of others: when they are busy, too, it is still sampled in each second. */
const POLITE = ['nice', '-n', '10'];

/** Starts one and waits until its threads run. */
export async function startWorkload(
  name: WorkloadName,
  options: WorkloadOptions,
): Promise<Workload> {
  const { seconds, args = [], program = compileWorkload(name), polite, ownSession } = options;
  const line = [...(polite ? POLITE : []), program, seconds, ...args].map(String);
  const [file = '', ...words] = line;
  const workload = new Workload(
    spawn(file, words, { stdio: ['ignore', 'pipe', 'inherit'], detached: ownSession === true }),
  );
  await workload.says('READY');
  return workload;
}
