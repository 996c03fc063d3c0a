/**
 * Synthetic recordings for `npm run evaluate`: what 300 stacks of 12 processes do on 8 busy CPUs
 * sampled at 99 Hz, in windows of 5 s, with changes planted at known places, or with none.
 */
import type { ReportWindow, WindowStack } from '../src/anomaly/window';
import type { Random } from '../src/anomaly/forest/random';

export const STACKS = 300;
const PROCESSES = 12;
export const WINDOW_SECONDS = 5;
const SAMPLES_PER_WINDOW = 8 * 99 * WINDOW_SECONDS;

/** A change that a detector is asked to find. */
export interface Planted {
  /** Finding any of these is finding it. */
  readonly keys: readonly number[];
  readonly from: number;
  /** The last window of the change. */
  readonly to: number;
}

export interface Recording {
  readonly windows: readonly ReportWindow[];
  readonly planted: readonly Planted[];
}

/** One stack of the load, with the number of samples expected in each window. */
export interface LoadStack {
  readonly key: number;
  readonly process: number;
  expected(window: number): number;
}

export interface Load {
  readonly stacks: readonly LoadStack[];
  readonly planted?: readonly Planted[];
  /** Standard deviation of the logarithm of each rate, window by window. */
  readonly noise?: number;
  /** Recorded seconds of a window. */
  seconds?(window: number): number;
}

/** Draws the counts of a load. */
export function record(load: Load, windows: number, random: Random): Recording {
  const { stacks, planted = [], noise = 0.25, seconds = () => WINDOW_SECONDS } = load;
  let startSeconds = 0;
  const drawn = Array.from({ length: windows }, (_, window) => {
    const length = seconds(window);
    const share = length / WINDOW_SECONDS;
    const counts = stacks.map((stack) => draw(stack, window, share, noise, random));
    const made = { startSeconds, seconds: length, stacks: counts.filter(({ count }) => count > 0) };
    startSeconds += length;
    return made;
  });
  return { windows: drawn, planted };
}

function draw(
  { key, process, expected }: LoadStack,
  window: number,
  share: number,
  noise: number,
  random: Random,
): WindowStack {
  const mean = expected(window) * share * logNormal(noise, random);
  return { key, process, program: `program ${process}`, count: poisson(mean, random) };
}

/** The ordinary load: Zipf's law over the stacks, dealt to the processes at random. */
export function zipfStacks(random: Random): LoadStack[] {
  const harmonic = Array.from({ length: STACKS }, (_, rank) => 1 / (rank + 1)).reduce(add);
  return Array.from({ length: STACKS }, (_, rank) => {
    const mean = SAMPLES_PER_WINDOW / harmonic / (rank + 1);
    return loadStack(rank, Math.floor(random() * PROCESSES), () => mean);
  });
}

export function loadStack(
  key: number,
  process: number,
  expected: (window: number) => number,
): LoadStack {
  return { key, process, expected };
}

/** The same stack with its rate multiplied, window by window. */
export function times(stack: LoadStack, factor: (window: number) => number): LoadStack {
  return { ...stack, expected: (window) => stack.expected(window) * factor(window) };
}

export function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[Math.floor(random() * items.length)] as Item;
}

export function between(low: number, high: number, random: Random): number {
  return low + Math.floor(random() * (high - low + 1));
}

/** Mean 1. */
export function logNormal(deviation: number, random: Random): number {
  return Math.exp(deviation * normal(random) - (deviation * deviation) / 2);
}

/** Box and Muller. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Knuth's product for small means, a rounded normal for large ones. */
export function poisson(mean: number, random: Random): number {
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count++;
  return count;
}

function add(a: number, b: number): number {
  return a + b;
}
