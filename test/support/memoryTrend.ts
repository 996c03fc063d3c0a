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
/** Ten minutes, or a little less: a shorter run tells nothing, for its tables are still filling up. */
const TELLING_SECONDS = 590;

/** By least squares, over all but the first third of `seconds`. */
export function memoryTrend(readings: readonly MemoryReading[], seconds: number): MemoryTrend {
  const warm = readings.filter(({ at }) => at >= seconds * WARM_SHARE);
  // One that was over before has not much to tell.
  const told = warm.length > 0 ? warm : readings;
  const most = Math.max(0, ...readings.map(({ megabytes }) => megabytes));
  const line = fit(told);
  return { from: line(told[0]?.at ?? 0), to: line(told.at(-1)?.at ?? 0), most };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
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
