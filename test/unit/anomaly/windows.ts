/** Windows for the detector, written down as counts. */
import { Detector } from '../../../src/anomaly/detector';
import type { WindowVerdicts } from '../../../src/anomaly/verdicts';
import type { ReportWindow, WindowStack } from '../../../src/anomaly/window';

export const SECONDS = 5;

/** One stack: the process it belongs to (1), and its program ("p1"). */
export function stack(
  key: number,
  count: number,
  process = 1,
  program = `p${process}`,
): WindowStack {
  return { key, process, program, count };
}

/** Twenty stacks of two processes that do the same in every window. */
export function steady(): WindowStack[] {
  return Array.from({ length: 20 }, (_, key) => stack(key, 50, 1 + (key % 2)));
}

/** The steady load with other counts for some stacks, and stacks that it does not have. */
export function steadyBut(...changed: readonly WindowStack[]): WindowStack[] {
  const keys = new Set(changed.map(({ key }) => key));
  return [...steady().filter(({ key }) => !keys.has(key)), ...changed];
}

export function windowAt(number: number, stacks: readonly WindowStack[]): ReportWindow {
  return { startSeconds: number * SECONDS, seconds: SECONDS, stacks };
}

/** Judges windows of the same length one after the other. */
export function judgeAll(
  windows: readonly (readonly WindowStack[])[],
  detector = new Detector(),
): WindowVerdicts[] {
  return windows.map((stacks, number) => detector.judge(windowAt(number, stacks)));
}

/** Six quiet windows, then these; the verdicts of the latter. */
export function afterQuiet(...windows: readonly (readonly WindowStack[])[]): WindowVerdicts[] {
  const quiet = Array.from({ length: 6 }, steady);
  return judgeAll([...quiet, ...windows]).slice(6);
}

export function keysOf({ stacks }: WindowVerdicts): number[] {
  return stacks.map(({ key }) => key).sort((a, b) => a - b);
}
