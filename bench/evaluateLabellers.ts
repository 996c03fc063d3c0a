/**
 * What `npm run evaluate` compares: the detector of src/anomaly, and the two ways in which an
 * isolation forest is usually put on counts.
 */
import { Detector } from '../src/anomaly/detector';
import { scoreRows } from '../src/anomaly/forest/isolationForest';
import type { ReportWindow } from '../src/anomaly/window';

/** Labels one recording, window by window; one answer for each of its names. */
export interface Labeller {
  readonly names: readonly string[];
  /** Keys of the stacks it labels, for each name. */
  judge(window: ReportWindow): readonly ReadonlySet<number>[];
}

export function stackCount(): Labeller {
  const detector = new Detector();
  return {
    names: ['Stack Count'],
    judge: (window) => [new Set(detector.judge(window).stacks.map(({ key }) => key))],
  };
}

const CONTAMINATION = 0.1;

/** A forest over the counts since the start, in each window anew: cut by a constant, or by rank. */
export function forestOnCounts(): Labeller {
  const counts = new Map<number, number>();
  return {
    names: ['counts > 0.5', 'counts > 0.6', 'counts, 10 %'],
    judge(window) {
      for (const { key, count } of window.stacks) counts.set(key, (counts.get(key) ?? 0) + count);
      const keys = [...counts.keys()];
      const scores = scoreRows([...counts.values()].map((count) => [count]));
      const ranked = Float64Array.from(scores).sort();
      const topTenth = ranked[Math.floor(ranked.length * (1 - CONTAMINATION))] ?? Infinity;
      return [0.5, 0.6, topTenth].map((cut) => above(keys, scores, cut));
    },
  };
}

function above(keys: readonly number[], scores: readonly number[], cut: number): Set<number> {
  return new Set(keys.filter((_, index) => (scores[index] ?? 0) > cut));
}
