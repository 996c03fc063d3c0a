/** Thresholds that make sense, and those to begin with. */
import type { LoadMetric } from './loadWatch';

/** The highest value each metric can sensibly be compared with. */
const HIGHEST: Record<LoadMetric, number> = {
  'run-queue': 100_000,
  'load-average': 100_000,
  pressure: 100,
};

/** Where a person would begin to wonder: the ancestor's 4, a task for every CPU, a tenth stalled. */
export function defaultThreshold(metric: LoadMetric, cpus: number): number {
  if (metric === 'load-average') return cpus;
  return metric === 'run-queue' ? 4 : 10;
}

/** The number, or in words what was expected. The kernel compares the run queue as an integer. */
export function readThreshold(metric: LoadMetric, text: string): number | string {
  const whole = metric === 'run-queue';
  const pattern = whole ? /^\d+$/ : /^\d+(\.\d+)?$/;
  const highest = HIGHEST[metric];
  if (pattern.test(text) && Number(text) <= highest) return Number(text);
  return `${whole ? 'a whole number' : 'a number'} from 0 to ${highest}`;
}
