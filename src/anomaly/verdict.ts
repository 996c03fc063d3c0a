/** What the detector answers. */
import type { Kind } from './episode';

export interface Change {
  readonly kind: Kind;
  /** Count over what its usual rate leads to expect; absent if it never ran before. */
  readonly ratio?: number;
  /** Samples in this window. */
  readonly count: number;
  /** Recorded seconds of this window. */
  readonly seconds: number;
  /** Start of the window in which it began, seconds since the start of the recording. */
  readonly since: number;
  /** How long before that it is known not to have run, in seconds; only for `new`. */
  readonly unseenFor?: number;
  /** The forest's score of the window in which it began, in [0, 1]. */
  readonly score: number;
}

/** A stack that is labelled in this window. */
export interface Verdict extends Change {
  readonly key: string;
  readonly process: string;
  readonly label: 1;
}

/**
 * One cause: `stacks` that changed together, a `process` that changed as a whole (or is new), or
 * so many new things at once that only the `machine` can be named.
 */
export interface Group extends Change {
  readonly scope: 'stacks' | 'process' | 'machine';
  /** Absent for the machine. */
  readonly process?: string;
  /** Frames that all its stacks share, root first. */
  readonly path: readonly string[];
  /** Stacks that carry the label, the largest change first. */
  readonly labelled: readonly string[];
  /** Stacks that changed, labelled or not. */
  readonly stacks: number;
}

export interface WindowVerdicts {
  /** False while the recording is too young: every label is then null. Else unlisted ones are 0. */
  readonly judged: boolean;
  /** The labelled stacks, each in exactly one group. */
  readonly stacks: readonly Verdict[];
  /** The causes, the largest change first. */
  readonly groups: readonly Group[];
}
