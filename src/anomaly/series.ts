/**
 * What is watched: every stack, every process (all its stacks together) and every program (all its
 * new processes together), each with its history. What has not run for long is forgotten.
 */
import type { Episode, Instant } from './episode';
import { NOTHING, type Evidence } from './evidence';
import { decay, History } from './history';
import type { ReportWindow, WindowStack } from './window';

export class Series {
  readonly history: History;
  episode: Episode | undefined;
  /** Samples in the window at hand. */
  count = 0;
  /** What that means, once it was weighed. */
  evidence: Evidence = NOTHING;

  constructor(silentSeconds: number) {
    this.history = new History(silentSeconds);
  }
}

export class StackSeries extends Series {
  constructor(
    readonly key: number,
    readonly process: ProcessSeries,
  ) {
    super(process.history.seconds);
  }
}

export class ProcessSeries extends Series {
  readonly stacks = new Map<number, StackSeries>();

  constructor(
    readonly key: number,
    readonly program: ProgramSeries,
    /** The window in which it was first seen. */
    readonly born: Instant,
  ) {
    // Before it existed it was not silent: it has no history.
    super(0);
  }
}

/**
 * What the new processes of a program do. Not what all of them do: one more `node` is new however
 * busy the others are, and one more compiler is nothing new in a build.
 */
export class ProgramSeries extends Series {
  readonly processes = new Map<number, ProcessSeries>();

  constructor(
    readonly key: string,
    silentSeconds: number,
  ) {
    super(silentSeconds);
  }
}

/** Windows before which there are no labels: too little history of the recording, or the process. */
export const LEARNING_WINDOWS = 3;

/** Whether the process has too little history to judge what it does, in the window of this number. */
export function isYoung(process: ProcessSeries, number: number): boolean {
  return process.born.number > number - Math.min(LEARNING_WINDOWS, number);
}

/** Whether its program is in an episode because of new processes, and this is one of them. */
export function isNewcomer(process: ProcessSeries): boolean {
  const began = process.program.episode?.began;
  return began !== undefined && isYoung(process, began.number);
}

/** Whether it is judged as a new process, not by what its stacks do. */
export function isNew(process: ProcessSeries, number: number): boolean {
  return isYoung(process, number) || isNewcomer(process);
}

/** Series are forgotten when what is remembered of them is less than this many samples. */
const FORGOTTEN = 0.05;

export class Watched {
  readonly programs = new Map<string, ProgramSeries>();
  readonly #processes = new Map<number, ProcessSeries>();
  #stacks = 0;
  /** Recorded seconds of the whole recording, the older ones counting less. */
  #seconds = 0;

  /** @param mostStacks bound on the stacks remembered; the rarest are forgotten first */
  constructor(private readonly mostStacks: number) {}

  /** Sets the counts of all series to those of this window. */
  enter(window: ReportWindow, number: number): void {
    const born = { number, seconds: window.startSeconds };
    for (const series of this.all()) series.count = 0;
    for (const stack of window.stacks) {
      const process = this.#process(stack, born);
      this.#stack(stack, process).count += stack.count;
      process.count += stack.count;
      if (isNew(process, number)) process.program.count += stack.count;
    }
  }

  /** Every series learns the window, but those in an episode. */
  learn(seconds: number): void {
    for (const series of this.all()) {
      if (!series.episode) series.history.learn(series.count, seconds);
    }
    this.#seconds = this.#seconds * decay() + seconds;
    for (const program of this.programs.values()) this.#forgetIn(program);
    this.#forgetRarest();
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

  *stacks(): Generator<StackSeries> {
    for (const process of this.#processes.values()) yield* process.stacks.values();
  }

  get processes(): Iterable<ProcessSeries> {
    return this.#processes.values();
  }

  #program(key: string): ProgramSeries {
    let program = this.programs.get(key);
    if (!program) this.programs.set(key, (program = new ProgramSeries(key, this.#seconds)));
    return program;
  }

  #process(stack: WindowStack, born: Instant): ProcessSeries {
    const known = this.#processes.get(stack.process);
    if (known) return known;
    const program = this.#program(stack.program);
    const process = new ProcessSeries(stack.process, program, born);
    program.processes.set(process.key, process);
    this.#processes.set(process.key, process);
    return process;
  }

  #stack({ key }: WindowStack, process: ProcessSeries): StackSeries {
    const known = process.stacks.get(key);
    if (known) return known;
    const series = new StackSeries(key, process);
    process.stacks.set(key, series);
    this.#stacks++;
    return series;
  }

  #forgetIn(program: ProgramSeries): void {
    for (const process of program.processes.values()) {
      for (const stack of process.stacks.values()) if (isForgotten(stack)) this.#forget(stack);
      if (process.stacks.size > 0 || !isForgotten(process)) continue;
      program.processes.delete(process.key);
      this.#processes.delete(process.key);
    }
    if (program.processes.size === 0 && isForgotten(program)) this.programs.delete(program.key);
  }

  #forget(stack: StackSeries): void {
    if (stack.process.stacks.delete(stack.key)) this.#stacks--;
  }

  #forgetRarest(): void {
    if (this.#stacks <= this.mostStacks) return;
    const all = [...this.stacks()];
    all.sort((a, b) => a.history.samples - b.history.samples);
    for (const stack of all.slice(0, all.length - this.mostStacks)) this.#forget(stack);
  }
}

function isForgotten(series: Series): boolean {
  return series.count === 0 && !series.episode && series.history.samples < FORGOTTEN;
}
