/**
 * Scores every series in one window: how far its count is from what its own history leads to expect,
 * beyond the trend that it has in common with its neighbours.
 */
import { zScore, type Deviation, type History } from './history';
import type { ProcessSeries, Series } from './series';
import type { SeriesTable } from './seriesTable';

/**
 * A common trend: what the series around one did in the same window, as factors of what was
 * expected. A change that many share has one cause outside of them: a process gets more work, a
 * machine wakes up, a new load takes the CPUs from everything else.
 */
interface Trend {
  /** At least 1: three quarters rose by more than this. */
  readonly up: number;
  /** At most 1: three quarters fell below this. */
  readonly down: number;
}

const NO_TREND: Trend = { up: 1, down: 1 };
/** Fewer series than this, or with fewer samples expected, say nothing about the others. */
const LEAST_MEMBERS = 4;
const LEAST_EXPECTED = 4;
const MOVED_SHARE = 0.75;

/** Sets `deviation` of every series. */
export function scoreSeries(table: SeriesTable, seconds: number): void {
  const machine = commonTrend(table.processes, seconds) ?? NO_TREND;
  for (const program of table.programs.values()) scoreOne(program, NO_TREND, seconds);
  for (const process of table.processes) scoreProcess(process, machine, seconds);
}

function scoreProcess(process: ProcessSeries, machine: Trend, seconds: number): void {
  scoreOne(process, machine, seconds);
  const trend = commonTrend(process.stacks.values(), seconds) ?? machine;
  for (const stack of process.stacks.values()) scoreOne(stack, trend, seconds);
}

function scoreOne(series: Series, trend: Trend, seconds: number): void {
  series.deviation = deviationOf(series.count, series.history, trend, seconds);
}

function deviationOf(count: number, history: History, trend: Trend, seconds: number): Deviation {
  const expected = history.rate * seconds;
  const target = Math.min(Math.max(count, expected * trend.down), expected * trend.up);
  return { count, expected, target, z: zScore(count, target) / history.spread(seconds) };
}

/**
 * The change that three quarters of these series have in common; undefined if they are too few.
 * Series in an episode do not count: they are exceptions already.
 */
function commonTrend(all: Iterable<Series>, seconds: number): Trend | undefined {
  const steady = [...all]
    .filter(({ episode }) => !episode)
    .map(({ count, history }) => ({ count, expected: history.rate * seconds }))
    .filter(({ expected }) => expected >= LEAST_EXPECTED);
  if (steady.length < LEAST_MEMBERS) return undefined;
  const ratios = Float64Array.from(steady, ({ count, expected }) => count / expected).sort();
  const last = ratios.length - 1;
  const lower = ratios[Math.floor(last * (1 - MOVED_SHARE))] ?? 1;
  const upper = ratios[Math.ceil(last * MOVED_SHARE)] ?? 1;
  return { up: Math.max(1, lower), down: Math.min(1, upper) };
}
