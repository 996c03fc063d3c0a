/**
 * How unusual one count is for its own history: the numbers the labels are made of. Only + - * /
 * and square roots, which IEEE 754 rounds alike everywhere: a logarithm may differ in its last bit
 * between machines, and then a label could.
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

/** The window, and what is known of the machine. */
export interface Circumstances {
  readonly seconds: number;
  /** Samples of everything in this window. */
  readonly total: number;
  /** Relative variance of rates beyond chance that is usual on this machine. */
  readonly noise: number;
}

export interface Evidence {
  readonly count: number;
  /** Samples its history leads to expect. */
  readonly expected: number;
  /** Deviation in usual deviations, beyond the tide; 0 where the tide explains it. */
  readonly z: number;
  /** Count over expectation with the tide, both raised by a half so that it is always finite. */
  readonly ratio: number;
  /** Outside everything its history has seen, not only above the mean. */
  readonly beyondExtremes: boolean;
  /** What the forest looks at. */
  readonly row: readonly [change: number, z: number];
}

export const NOTHING: Evidence = {
  count: 0,
  expected: 0,
  z: 0,
  ratio: 1,
  beyondExtremes: false,
  row: [0, 0],
};

/** Deviations by which a count must leave the range it had before, and by which factor. */
const EXTREME_DEVIATION = 2;
const EXTREME_FACTOR = 1.25;

export function weigh(count: number, history: History, tide: Tide, around: Circumstances): Evidence {
  const { seconds, total, noise } = around;
  const expected = history.rate * seconds;
  const target = Math.min(Math.max(count, expected * tide.down), expected * tide.up);
  const z = deviation(count, target) / history.spread(seconds, noise);
  return {
    count,
    expected,
    z,
    ratio: (count + 0.5) / (target + 0.5),
    beyondExtremes: isBeyond(count, history, seconds),
    row: features(count, target, z) as never,
  };
}

function isBeyond(count: number, history: History, seconds: number): boolean {
  const peak = history.peak * seconds;
  const trough = history.trough * seconds;
  if (count > peak * EXTREME_FACTOR) return deviation(count, peak) >= EXTREME_DEVIATION;
  return count < trough / EXTREME_FACTOR && deviation(count, trough) <= -EXTREME_DEVIATION;
}

function features(count: number, target: number, z: number): number[] {
  const F = process.env.F ?? 'a';
  const l = Math.log2((count + 2) / (target + 2));
  const l5 = Math.log2((count + 0.5) / (target + 0.5));
  if (F === 'a') return [l5, Math.sign(z) * Math.sqrt(Math.abs(z))];
  if (F === 'b') return [l5, z];
  if (F === 'c') return [l, z];
  if (F === 'd') return [l, z, l * Math.abs(z)];
  if (F === 'e') return [l * Math.abs(z)];
  if (F === 'f') return [l, z, Math.sign(z) * Math.min(Math.abs(l), Math.abs(z) / 3)];
  if (F === 'g') return [Math.sign(z) * Math.min(Math.abs(l), Math.abs(z) / 3)];
  const q = Math.abs(count - target) / (count + target + 4);
  if (F === 'j') return [q, Math.abs(z), q * Math.abs(z)];
  if (F === 'k') return [Math.abs(z), Math.abs(l * z)];
  if (F === 'm') return [Math.abs(l), Math.sqrt(Math.abs(z)), Math.abs(l * z)];
  if (F === 'n') return [Math.abs(l5), Math.abs(z), Math.abs(l5 * z)];
  if (F === 'h') return [Math.abs(l), Math.abs(z), Math.abs(l * z)];
  return [Math.sign(z) * Math.sqrt(Math.abs(l*z)), l];
}
