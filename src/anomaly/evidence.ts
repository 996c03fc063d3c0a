/**
 * How unusual a count is for its own history: the numbers the labels are made of.
 */
import { deviation, type History } from './history';

/** What everything around a series did in the same window, as factors of what was expected. */
export interface Tide {
  /** At least 1: three quarters rose by more than this. */
  readonly up: number;
  /** At most 1: three quarters fell below this. */
  readonly down: number;
}

export const NO_TIDE: Tide = { up: 1, down: 1 };

export interface Evidence {
  readonly count: number;
  /** Samples its history leads to expect. */
  readonly expected: number;
  /** The same with the tide, as far as the tide explains the count. */
  readonly target: number;
  /** Deviation of the count from the target, in usual deviations. */
  readonly z: number;
}

export const NOTHING: Evidence = { count: 0, expected: 0, target: 0, z: 0 };

export function weigh(count: number, history: History, tide: Tide, seconds: number): Evidence {
  const expected = history.rate * seconds;
  const target = Math.min(Math.max(count, expected * tide.down), expected * tide.up);
  return { count, expected, target, z: deviation(count, target) / history.spread(seconds) };
}

/** Two windows that point the same way are stronger evidence than each. */
export function combine(a: Evidence, b: Evidence): Evidence {
  return {
    count: a.count + b.count,
    expected: a.expected + b.expected,
    target: a.target + b.target,
    z: (a.z + b.z) / Math.SQRT2,
  };
}

/** Count over target, both raised by a half so that it is finite and not 0. */
export function ratioOf({ count, target }: Evidence): number {
  return (count + 0.5) / (target + 0.5);
}

/**
 * What the forest looks at: how large the change is, how significant, and both at once. Without
 * direction, because a fall of a rare stack is bounded and a rise is not: a forest on signed
 * numbers finds every fall remarkable. The product, because its cuts follow the axes, and only what
 * is both large and significant matters.
 */
export function featuresOf({ count, target, z }: Evidence): readonly number[] {
  const change = Math.abs(Math.log2((count + 2) / (target + 2)));
  const significance = Math.abs(z);
  return [change, significance, change * significance];
}
