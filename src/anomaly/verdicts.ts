/** The detector's answer: a verdict on each cause, and one on each stack that carries a label. */
import type { TrackedCause } from './causeTracker';
import type { Scope } from './causes';
import { isShown, type Kind } from './episode';
import type { StackSeries } from './series';

/** What changed, how, and since when. */
export interface Verdict {
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

/**
 * On a stack that is labelled in this window, for what it does itself or because it stands for a
 * larger cause; then the numbers are those of the cause.
 */
export interface StackVerdict extends Verdict {
  readonly key: number;
  /** Stacks that these numbers are about: 1 where they are its own. */
  readonly standsFor: number;
}

export interface CauseVerdict extends Verdict {
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
  /** The labelled stacks, each in exactly one cause. */
  readonly stacks: readonly StackVerdict[];
  /** The largest change first. */
  readonly causes: readonly CauseVerdict[];
}

/** Samples by which a change differs from what is usual. */
export function sizeOf({ count, expected }: Pick<Verdict, 'count' | 'expected'>): number {
  return Math.abs(count - expected);
}

/** @param seconds recorded seconds of the window */
export function verdictsOn(
  causes: readonly TrackedCause[],
  seconds: number,
): Omit<WindowVerdicts, 'judged'> {
  const largestFirst = causes.toSorted((a, b) => sizeOf(b) - sizeOf(a));
  return {
    stacks: largestFirst.flatMap((cause) => stackVerdicts(cause, seconds)),
    causes: largestFirst.map((cause) => causeVerdict(cause, seconds)),
  };
}

function causeVerdict(cause: TrackedCause, seconds: number): CauseVerdict {
  const { id, process, labelled, stacks } = cause;
  return {
    id,
    ...(process === undefined ? {} : { process }),
    labelled: labelled.map(({ key }) => key),
    stacks: stacks.map(({ key }) => key),
    ...verdict(cause, seconds),
  };
}

/**
 * A stack in an episode of its own gets its own numbers. Where not all stacks of a cause are
 * labelled, the heaviest stands for them and gets those of the cause.
 */
function stackVerdicts(cause: TrackedCause, seconds: number): StackVerdict[] {
  const { labelled, stacks } = cause;
  return labelled.map((stack, index) => {
    const stands = index === 0 && labelled.length < stacks.length;
    const own = stands ? undefined : ownNumbers(stack, cause);
    const standsFor = own ? 1 : stacks.length;
    return { key: stack.key, standsFor, ...verdict(own ?? cause, seconds) };
  });
}

type Numbers = Omit<Verdict, 'seconds'>;

function ownNumbers(
  { episode, deviation }: StackSeries,
  { direction }: TrackedCause,
): Numbers | undefined {
  if (!isShown(episode, direction)) return undefined;
  const { began, kind, score = 0 } = episode;
  const { count, expected } = deviation;
  const since = began.seconds;
  return { kind, scope: 'stacks', processes: 1, count, expected, since, score };
}

function verdict(numbers: Numbers, seconds: number): Verdict {
  const { kind, scope, processes, count, expected, since, score } = numbers;
  return { kind, scope, processes, count, expected, seconds, since, score };
}
