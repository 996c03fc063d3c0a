/**
 * What is watched: every stack, every process (all its stacks together) and every program (all its
 * new processes together), each with its history.
 */
import type { Episode } from './episode';
import { NOTHING, type Evidence } from './evidence';
import type { History } from './history';

/** What is remembered of something when it begins to run. */
export interface Past {
  readonly history: History;
  /** Number of the window in which it was first seen; of one that is back, of none. */
  readonly born: number;
}

export class Series {
  readonly history: History;
  readonly born: number;
  episode: Episode | undefined;
  /** Samples in the window at hand. */
  count = 0;
  /** What that means, once it was weighed. */
  evidence: Evidence = NOTHING;

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
 * What the new processes of a program do. Not what all of them do: one more `node` is new however
 * busy the others are, and one more compiler is nothing new in a build.
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

/** Windows before which there are no labels: too little history of the recording, or the process. */
export const LEARNING_WINDOWS = 3;

/** Whether the process has too little history to judge what it does, in the window of this number. */
export function isYoung(process: ProcessSeries, number: number): boolean {
  return process.born > number - Math.min(LEARNING_WINDOWS, number);
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
