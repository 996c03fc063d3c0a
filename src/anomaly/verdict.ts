/** What the detector answers. */
import type { Scope } from './causes';
import type { Kind } from './episode';

/** What changed, how, and since when. */
export interface Change {
  readonly kind: Kind;
  /** What the numbers are about: for a labelled stack `stacks` means itself. */
  readonly scope: Scope;
  /** Processes that the numbers are about. */
  readonly processes: number;
  /** Samples in this window. */
  readonly count: number;
  /** Samples its usual rate leads to expect; 0 if it never ran before. */
  readonly expected: number;
  /** Recorded seconds of this window. */
  readonly seconds: number;
  /** Start of the window in which it began, seconds since the start of the recording. */
  readonly since: number;
  /** The forest's score when it was first labelled, in [0, 1]. */
  readonly score: number;
}

/** Samples by which a change differs from what is usual. */
export function sizeOf({ count, expected }: Pick<Change, 'count' | 'expected'>): number {
  return Math.abs(count - expected);
}

/**
 * A stack that is labelled in this window, for what it does itself or because it stands for a
 * larger cause, and then the numbers are those of the cause.
 */
export interface Verdict extends Change {
  readonly key: number;
  /** Stacks that these numbers are about: 1 where it tells only its own. */
  readonly standsFor: number;
}

/** One cause. */
export interface Group extends Change {
  /** Stays the same while the cause lasts, and is no other cause's. */
  readonly id: string;
  /** Absent for the machine. */
  readonly process?: number;
  /** Keys of the stacks that carry the label, the heaviest first. */
  readonly labelled: readonly number[];
  /** Keys of the stacks that changed, labelled or not, the heaviest first. */
  readonly stacks: readonly number[];
}

export interface WindowVerdicts {
  /** False while the recording is too young: every label is then null. Else unlisted ones are 0. */
  readonly judged: boolean;
  /** The labelled stacks, each in exactly one group. */
  readonly stacks: readonly Verdict[];
  /** The causes, the largest change first. */
  readonly groups: readonly Group[];
}
