/**
 * A series is the count per window of one stack, one process (all its stacks together) or one
 * program (all its new processes together), with its history.
 */
import type { Episode } from './episode';
import { NO_DEVIATION, type Deviation, type History } from './history';

/** What is known of a series when it begins to run. */
export interface Past {
  readonly history: History;
  /** Number of the window in which it was first seen; -Infinity if it is back. */
  readonly born: number;
}

export class Series {
  readonly history: History;
  readonly born: number;
  episode: Episode | undefined;
  /** Samples in the current window. */
  count = 0;
  /** How unusual that is, once it is scored. */
  deviation: Deviation = NO_DEVIATION;

  constructor({ history, born }: Past) {
    this.history = history;
    this.born = born;
  }
}

export class StackSeries extends Series {
  constructor(
    readonly key: number,
    readonly process: ProcessSeries,
    past: Past,
  ) {
    super(past);
  }
}

export class ProcessSeries extends Series {
  readonly stacks = new Map<number, StackSeries>();

  constructor(
    readonly key: number,
    readonly program: ProgramSeries,
    past: Past,
  ) {
    super(past);
  }
}

/**
 * The new processes of a program, not all of them: one more `node` is new however busy the others
 * are, and one more compiler is nothing new in a build.
 */
export class ProgramSeries extends Series {
  readonly processes = new Map<number, ProcessSeries>();

  constructor(
    readonly key: string,
    past: Past,
  ) {
    super(past);
  }
}

/** Windows without labels at the start of a recording or process: there is too little history. */
export const LEARNING_WINDOWS = 3;

/** Whether the process has too little history to be judged in the window of this number. */
export function isYoung(process: ProcessSeries, number: number): boolean {
  return process.born > number - Math.min(LEARNING_WINDOWS, number);
}

/** Whether the process is one of the new ones that put its program into an episode. */
export function isNewcomer(process: ProcessSeries): boolean {
  const began = process.program.episode?.began;
  return began !== undefined && isYoung(process, began.number);
}

/** Whether the process is judged as a new one, and not by its stacks. */
export function isNew(process: ProcessSeries, number: number): boolean {
  return isYoung(process, number) || isNewcomer(process);
}
