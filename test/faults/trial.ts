/**
 * One recording that something happens to: started for real, by root or by a user through pkexec,
 * with a known program to record, and judged when it is over.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Cli, closingLine, entries, readLog, runCli, sum, type CliOptions } from '../support/cli';
import { isAlive } from '../support/processes';
import { tempDir } from '../support/tempDir';
import { waitFor } from '../support/waitFor';
import type { Workload } from '../support/workloads';

/** Who records. */
export interface Who {
  readonly name: 'root' | 'user';
  readonly cli: Pick<CliOptions, 'as' | 'program'>;
  /** Makes a file or folder theirs. */
  own(path: string): void;
}

/** What a recording must have left behind. */
export interface Expected {
  readonly code: number | null;
  readonly says?: RegExp;
  /** Files hold everything that was counted, or what the last report wrote. */
  readonly files: 'all' | 'last report';
  /** Nothing it started is left, that long after its end. */
  readonly goneWithinMs?: number;
}

const HZ = 99;
/** Threads of the known program, each busy all the time. */
const THREADS = 2;
const GONE_MS = 1_000;

export class Trial {
  readonly folder: string;
  readonly capture: string;
  readonly cli: Cli;
  /** All that was ever seen to belong to it. */
  readonly #seen = new Set<number>();
  #struckAt = 0;

  constructor(
    readonly who: Who,
    workload: Workload,
    { words = ['--format', 'none'], ...options }: CliOptions & { words?: readonly string[] } = {},
    prepare: (folder: string) => void = () => {},
  ) {
    this.folder = tempDir('fault', true);
    prepare(this.folder);
    who.own(this.folder);
    // Beside the results, which a fault may take away.
    const beside = tempDir('capture', true);
    who.own(beside);
    this.capture = join(beside, 'capture');
    const target = ['-u', '-p', String(workload.pid), '--hz', String(HZ), '--interval', '1'];
    const places = ['-o', this.folder, '--capture', this.capture];
    this.cli = new Cli(['record', ...target, ...places, ...words], { ...who.cli, ...options });
  }

  get log(): string {
    return join(this.folder, 'stack_count.log');
  }

  /** Until it has written a report. */
  async begun(): Promise<void> {
    // The picture is written last.
    const picture = join(this.folder, 'stack.svg');
    await waitFor('the first report', () => existsSync(picture), Boolean, { withinMs: 20_000 });
    this.remember();
  }

  /** The fault happens now. */
  strike(): void {
    this.#struckAt = performance.now();
  }

  /** What the person was told first, and after how long: `"no data for 5 s, …" after 5.2 s`. */
  get told(): string {
    const first = this.cli.said.find(
      ({ at, text }) => at > this.#struckAt && !text.startsWith('Unusual: '),
    );
    const [line = ''] = (first?.text ?? '').trimEnd().split('\n');
    if (!first || isClosingLine(line)) return 'nothing';
    const seconds = ((first.at - this.#struckAt) / 1_000).toFixed(1);
    return `"${line.replaceAll(this.folder, 'DIR')}" after ${seconds} s`;
  }

  /** Until one more report is on disk. */
  async anotherReport(): Promise<void> {
    const before = this.#written();
    const later = (): boolean => this.#written() > before;
    await waitFor('another report', later, Boolean, { withinMs: 15_000 });
  }

  /** Until it has said that. */
  async says(text: RegExp): Promise<void> {
    const said = (): string => this.cli.stderr;
    await waitFor(`${text}`, said, (all) => text.test(all), { withinMs: 15_000 });
  }

  /** The outermost process of the helper. */
  helper(): number {
    const [helper = 0] = this.remember();
    return helper;
  }

  /** Everything of it that runs now. */
  remember(): number[] {
    const running = this.cli.helpers();
    for (const pid of running) this.#seen.add(pid);
    return running;
  }

  /** The shells of the helper, and what they have started but bpftrace. */
  async shells(): Promise<number[]> {
    const bpftrace = await this.cli.bpftrace();
    return this.remember().filter((pid) => pid !== bpftrace);
  }

  /** @returns what came of it, in words; @throws when it is not what was expected */
  async judge({ code, says, files, goneWithinMs = GONE_MS }: Expected): Promise<string> {
    const end = await this.cli.ended;
    if (end.code !== code) throw new Error(`ended with ${end.code}, not ${code}: ${end.stderr}`);
    if (says && !says.test(end.stderr)) throw new Error(`${says} was not said: ${end.stderr}`);
    const gone = await this.#allGone(goneWithinMs);
    const how = code === null ? 'killed' : `exit ${code}`;
    return `${how}; ${await this.#judgeFiles(files, code)}; ${gone}`;
  }

  async #allGone(withinMs: number): Promise<string> {
    const left = (): number[] => [...this.#seen].filter(isAlive);
    const started = performance.now();
    await waitFor('nothing to be left', left, ({ length }) => length === 0, { withinMs });
    return `nothing left after ${((performance.now() - started) / 1000).toFixed(1)} s`;
  }

  async #judgeFiles(files: Expected['files'], code: number | null): Promise<string> {
    const saved = sum(entries(readLog(this.folder)));
    requireWholePicture(this.folder);
    // What was killed may have been writing; then the next recording there has to remove it.
    if (code === null) await this.#replayInto(this.folder);
    requireNothingUnfinished(this.folder);
    if (files === 'all') {
      this.#requireAll(saved, (await this.cli.ended).stderr, code);
      return `${saved} samples saved`;
    }
    const counted = await this.#replayed();
    // Reports and ticks come once a second, and either file may be ahead of the other when it ends.
    if (Math.abs(saved - counted) > 2.5 * HZ * THREADS)
      throw new Error(`${saved} samples saved of ${counted}`);
    return `${saved} of ${counted} samples saved`;
  }

  /** The closing line says what is in the file, and all that the kernel counted is in one of both. */
  #requireAll(saved: number, stderr: string, code: number | null): void {
    const { samples, outside, lost, estimated } = closingLine(stderr);
    if (samples !== saved) throw new Error(`${samples} samples told, ${saved} saved`);
    const fired = firedIn(readFileSync(this.capture, 'latin1'));
    const counted = samples + outside + lost - estimated;
    if (code === 0 && counted !== fired)
      throw new Error(`${samples} + ${outside} + ${lost} - ${estimated}: ${fired} fired`);
  }

  /** Samples of all complete ticks of the capture. */
  async #replayed(): Promise<number> {
    const folder = tempDir('replayed');
    await this.#replayInto(folder);
    return sum(entries(readLog(folder)));
  }

  async #replayInto(folder: string): Promise<void> {
    await runCli(['record', '--replay', this.capture, '-o', folder, '--format', 'none']);
  }

  #written(): number {
    return statSync(this.log, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  }
}

function isClosingLine(line: string): boolean {
  return / samples in .* lost/.test(line);
}

function requireWholePicture(folder: string): void {
  const picture = readFileSync(join(folder, 'stack.svg'), 'utf8');
  if (!picture.endsWith('</svg>\n')) throw new Error('stack.svg is not whole');
}

function requireNothingUnfinished(folder: string): void {
  const unfinished = readdirSync(folder).filter((name) => name.endsWith('.tmp'));
  if (unfinished.length > 0) throw new Error(`${unfinished.join()} was left behind`);
}

/** The kernel's own counters, as each run of bpftrace printed them last. */
function firedIn(capture: string): number {
  let whole = 0;
  let run: Record<string, number> = {};
  for (const line of capture.split('\n')) {
    const [, slot, count] = /^O @fired_([ab]): (\d+)$/.exec(line) ?? [];
    if (slot !== undefined) run[slot] = Number(count);
    if (!line.startsWith('O READY ')) continue;
    whole += (run['a'] ?? 0) + (run['b'] ?? 0);
    run = {};
  }
  return whole + (run['a'] ?? 0) + (run['b'] ?? 0);
}
