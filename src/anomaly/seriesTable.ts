/**
 * All series: programs, their processes, and their stacks. What has not run for long is set aside: it
 * costs no time in each window, and its history is there again when it runs again.
 */
import { BoundedMap } from '../core/boundedMap';
import { decay, History } from './history';
import { isNew, ProcessSeries, ProgramSeries, StackSeries, type Past, type Series } from './series';
import type { ReportWindow, WindowStack } from './window';

/** A series is set aside when its history has fewer samples than this. */
const SET_ASIDE = 0.05;
/** When a series that is back was first seen: before every window. */
const LONG_AGO = -Infinity;

export class SeriesTable {
  readonly programs = new Map<string, ProgramSeries>();
  readonly #processes = new Map<number, ProcessSeries>();
  readonly #pastPrograms: BoundedMap<string, History>;
  readonly #pastProcesses: BoundedMap<number, History>;
  readonly #pastStacks: BoundedMap<number, History>;
  #stacks = 0;
  /** Recorded seconds of the whole recording, the older ones counting less. */
  #seconds = 0;

  /** @param mostStacks bound on the stacks in the table, and on those set aside */
  constructor(private readonly mostStacks: number) {
    this.#pastPrograms = new BoundedMap(mostStacks);
    this.#pastProcesses = new BoundedMap(mostStacks);
    this.#pastStacks = new BoundedMap(mostStacks);
  }

  /** Sets the counts of all series to those of this window. */
  enter(window: ReportWindow, number: number): void {
    for (const series of this.all()) series.count = 0;
    for (const stack of window.stacks) {
      const process = this.#process(stack, number);
      this.#stack(stack, process, number).count += stack.count;
      process.count += stack.count;
      if (isNew(process, number)) process.program.count += stack.count;
    }
  }

  /** Replaces a stack by another one of its process: late names showed that they are the same. */
  merge(process: number, key: number, into: number): void {
    const past = this.#takeStack(process, key);
    if (!past) return;
    const known = this.#takeStack(process, into);
    if (known) past.history.absorb(known.history);
    const owner = this.#processes.get(process);
    if (!owner) return this.#pastStacks.set(into, past.history);
    const born = Math.min(past.born, known?.born ?? Infinity);
    const series = new StackSeries(into, owner, { history: past.history, born });
    series.episode = known?.episode ?? past.episode;
    owner.stacks.set(into, series);
    this.#stacks++;
  }

  /** Removes a stack from the table, or from those set aside, and returns its past. */
  #takeStack(process: number, key: number): (Past & Partial<StackSeries>) | undefined {
    const stacks = this.#processes.get(process)?.stacks;
    const series = stacks?.get(key);
    if (series && stacks?.delete(key)) this.#stacks--;
    const history = this.#pastStacks.take(key);
    return series ?? (history && { history, born: LONG_AGO });
  }

  /** Adds the window to every history, except of series in an episode. */
  learn(seconds: number): void {
    for (const series of this.all())
      if (!series.episode) series.history.learn(series.count, seconds);
    this.#seconds = this.#seconds * decay() + seconds;
    for (const program of this.programs.values()) this.#tidy(program);
    this.#setAsideRarest();
  }

  *all(): Generator<Series> {
    for (const program of this.programs.values()) {
      yield program;
      for (const process of program.processes.values()) {
        yield process;
        yield* process.stacks.values();
      }
    }
  }

  get processes(): Iterable<ProcessSeries> {
    return this.#processes.values();
  }

  #program(key: string, number: number): ProgramSeries {
    const known = this.programs.get(key);
    if (known) return known;
    const program = new ProgramSeries(
      key,
      pastOf(this.#pastPrograms, key, new History(this.#seconds), number),
    );
    this.programs.set(key, program);
    return program;
  }

  #process({ process: key, program: name }: WindowStack, number: number): ProcessSeries {
    const known = this.#processes.get(key);
    if (known) return known;
    const program = this.#program(name, number);
    // Before it started it was not silent: it has no history.
    const past = pastOf(this.#pastProcesses, key, new History(0), number);
    const process = new ProcessSeries(key, program, past);
    program.processes.set(key, process);
    this.#processes.set(key, process);
    return process;
  }

  #stack({ key }: WindowStack, process: ProcessSeries, number: number): StackSeries {
    const known = process.stacks.get(key);
    if (known) return known;
    const silent = new History(process.history.seconds);
    const past = pastOf(this.#pastStacks, key, silent, number);
    const series = new StackSeries(key, process, past);
    process.stacks.set(key, series);
    this.#stacks++;
    return series;
  }

  #tidy(program: ProgramSeries): void {
    for (const process of program.processes.values()) {
      for (const stack of process.stacks.values()) if (isQuiet(stack)) this.#setAside(stack);
      if (process.stacks.size > 0 || !isQuiet(process)) continue;
      program.processes.delete(process.key);
      this.#processes.delete(process.key);
      this.#pastProcesses.set(process.key, process.history);
    }
    if (program.processes.size > 0 || !isQuiet(program)) return;
    this.programs.delete(program.key);
    this.#pastPrograms.set(program.key, program.history);
  }

  #setAside({ key, process, history }: StackSeries): void {
    process.stacks.delete(key);
    this.#pastStacks.set(key, history);
    this.#stacks--;
  }

  /** Skips series in an episode: they would be new again in the next window. */
  #setAsideRarest(): void {
    const tooMany = this.#stacks - this.mostStacks;
    if (tooMany <= 0) return;
    const all = [...this.#processes.values()].flatMap(({ stacks }) => [...stacks.values()]);
    const rarest = all.filter(({ episode }) => !episode);
    rarest.sort((a, b) => a.history.samples - b.history.samples);
    for (const stack of rarest.slice(0, tooMany)) this.#setAside(stack);
  }
}

/** @param fresh history of what is first seen now, in the window of this number */
function pastOf<Key>(
  past: BoundedMap<Key, History>,
  key: Key,
  fresh: History,
  number: number,
): Past {
  const history = past.take(key);
  return history ? { history, born: LONG_AGO } : { history: fresh, born: number };
}

function isQuiet(series: Series): boolean {
  return series.count === 0 && !series.episode && series.history.samples < SET_ASIDE;
}
