/** How long labels take, for `npm run evaluate`: of the engine's time, once in a report interval. */
import { Detector } from '../src/anomaly/detector';
import { scoreRows } from '../src/anomaly/forest/isolationForest';
import { seededRandom } from '../src/anomaly/forest/random';
import { loadStack, logNormal, record, times, type LoadStack } from './evaluateLoads';

export const SPEED_STACKS = 4_096;
const PROCESSES = 64;
const RUNS = 15;
/** Windows before the first run: the detector learns, and keeps as much evidence as it ever will. */
const BEFORE = 24;
const MEAN = 20;

/** Median milliseconds of judging a window of many stacks in which some changed. */
export function judgeMs(): number {
  const random = seededRandom(1);
  const stacks = Array.from({ length: SPEED_STACKS }, (_, key) => burning(key));
  const { windows } = record({ stacks }, BEFORE + RUNS, random);
  const detector = new Detector();
  return median(windows.map((window) => timed(() => detector.judge(window))).slice(BEFORE));
}

/** In each window that is timed another stack surges, so that a forest is trained each time. */
function burning(key: number): LoadStack {
  const at = BEFORE + key;
  return times(
    loadStack(key, key % PROCESSES, () => MEAN),
    (window) => (window === at ? 30 : 1),
  );
}

/** Median milliseconds of the forest alone: trained on as many rows, which it then scores. */
export function forestMs(): number {
  const random = seededRandom(1);
  const rows = Array.from({ length: SPEED_STACKS }, () =>
    Array.from({ length: 3 }, () => logNormal(1, random)),
  );
  return median(Array.from({ length: RUNS }, () => timed(() => scoreRows(rows))));
}

function timed(work: () => unknown): number {
  const from = performance.now();
  work();
  return performance.now() - from;
}

function median(values: readonly number[]): number {
  return Float64Array.from(values).sort()[values.length >> 1] ?? NaN;
}
