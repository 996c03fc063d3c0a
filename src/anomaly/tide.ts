/**
 * Changes that many share have one cause, and it is not in any one of them: a process gets more
 * work, a machine wakes up, a new load takes the CPUs from everything else.
 */
import type { Tide } from './evidence';
import type { ProcessSeries, Series } from './series';

/** Fewer than this many say nothing about the rest. */
const LEAST_MEMBERS = 4;
const LEAST_EXPECTED = 4;
const MOVED_SHARE = 0.75;

/** A count beside the one its history leads to expect. */
export interface Movement {
  readonly count: number;
  readonly expected: number;
}

/** The change that three quarters of these have in common; undefined if they are too few. */
export function commonTide(movements: readonly Movement[]): Tide | undefined {
  const steady = movements.filter((movement) => movement.expected >= LEAST_EXPECTED);
  if (steady.length < LEAST_MEMBERS) return undefined;
  const ratios = Float64Array.from(steady, ({ count, expected }) => count / expected).sort();
  const last = ratios.length - 1;
  const lower = ratios[Math.floor(last * (1 - MOVED_SHARE))] ?? 1;
  const upper = ratios[Math.ceil(last * MOVED_SHARE)] ?? 1;
  return { up: Math.max(1, lower), down: Math.min(1, upper) };
}

/** Deviations from which a movement counts as one. */
const MOVED = 3;

/**
 * Whether what fell gave way to what rose: enough came there to explain what is gone here.
 * CPUs are limited, and code that moved is not code that broke; the rise is what is to be shown.
 * @param newcomers samples of new processes
 */
export function isDisplacement(processes: readonly ProcessSeries[], newcomers: number): boolean {
  let risen = newcomers;
  let fallen = 0;
  for (const { evidence } of processes.flatMap(movedParts)) {
    const change = evidence.count - evidence.expected;
    if (change > 0) risen += change;
    else fallen -= change;
  }
  return fallen > 0 && risen >= fallen / 2;
}

/** The process, if it moved as a whole; else those of its stacks that did. */
function movedParts(process: ProcessSeries): Series[] {
  return hasMoved(process) ? [process] : [...process.stacks.values()].filter(hasMoved);
}

function hasMoved({ evidence }: Series): boolean {
  return Math.abs(evidence.z) >= MOVED;
}
