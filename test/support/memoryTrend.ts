/** Whether the memory of a long run stays as it is, once it has what it needs. */

export interface MemoryReading {
  /** Seconds since the start. */
  readonly at: number;
  readonly megabytes: number;
}

export interface MemoryTrend {
  /** On the line that fits the readings best: where it begins, and at the end. */
  readonly from: number;
  readonly to: number;
  readonly most: number;
}

/** Until then it fills up. */
const WARM_SHARE = 1 / 3;
const ALLOWED_GROWTH = 0.1;
/** A shorter run tells nothing: the tables are still filling up. */
const TELLING_SECONDS = 600;

/** By least squares, over all but the first third of `seconds`. */
export function memoryTrend(readings: readonly MemoryReading[], seconds: number): MemoryTrend {
  const warm = readings.filter(({ at }) => at >= seconds * WARM_SHARE);
  const most = Math.max(0, ...readings.map(({ megabytes }) => megabytes));
  const line = fit(warm);
  return { from: line(seconds * WARM_SHARE), to: line(warm.at(-1)?.at ?? seconds), most };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function fit(readings: readonly MemoryReading[]): (at: number) => number {
  const [x, y] = [mean(readings.map(({ at }) => at)), mean(readings.map((one) => one.megabytes))];
  const product = readings.map(({ at, megabytes }) => (at - x) * (megabytes - y));
  const square = readings.map(({ at }) => (at - x) ** 2);
  const slope = mean(product) / (mean(square) || 1);
  return (at) => y + slope * (at - x);
}

/** @returns what is wrong, nothing if it is flat or the run too short to tell */
export function judgeMemory({ from, to }: MemoryTrend, seconds: number): string[] {
  if (seconds < TELLING_SECONDS || to <= from * (1 + ALLOWED_GROWTH)) return [];
  return [`memory grew from ${from.toFixed(0)} MB to ${to.toFixed(0)} MB`];
}
