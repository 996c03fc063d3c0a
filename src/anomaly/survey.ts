/** Weighs every series in one window: first the common tides, then each series against them. */
import { suspectDirection } from './episode';
import { featuresOf, NO_TIDE, weigh, type Evidence, type Tide } from './evidence';
import type { Row } from './normality';
import { isNew, LEARNING_WINDOWS, type ProcessSeries, type Series } from './series';
import { commonTide } from './tide';
import type { SeriesTable } from './seriesTable';

/** Rows of fewer samples are all alike; they would only dilute the others. */
const LEAST_SAMPLES = 1;

/** Sets `evidence` of every series. */
export function survey(table: SeriesTable, seconds: number): void {
  const machine = tideAmong(table.processes, seconds) ?? NO_TIDE;
  for (const program of table.programs.values()) weighOne(program, NO_TIDE, seconds);
  for (const process of table.processes) surveyProcess(process, machine, seconds);
}

function surveyProcess(process: ProcessSeries, machine: Tide, seconds: number): void {
  weighOne(process, machine, seconds);
  const tide = tideAmong(process.stacks.values(), seconds) ?? machine;
  for (const stack of process.stacks.values()) weighOne(stack, tide, seconds);
}

function weighOne(series: Series, tide: Tide, seconds: number): void {
  series.evidence = weigh(series.count, series.history, tide, seconds);
}

/** Without those in an episode: they are exceptions already. */
function tideAmong(all: Iterable<Series>, seconds: number): Tide | undefined {
  const ordinary = [...all].filter((series) => !series.episode);
  return commonTide(
    ordinary.map(({ count, history }) => ({ count, expected: history.rate * seconds })),
  );
}

/**
 * Evidence that shows what is usual: of all that has a history and is in no episode. A fall that
 * gave way to something else is none: one such row in a thousand would hide all that is smaller.
 * Nor is what is seen for the first time while the recording is young: everything is, once.
 */
export function usualRows(table: SeriesTable, number: number): Row[] {
  const known = number === 0 ? [] : [...table.processes].filter((one) => !isNew(one, number));
  const isFirst = ({ born }: Series) => born === number && number < LEARNING_WINDOWS;
  return known
    .flatMap((process) => [process, ...process.stacks.values()])
    .filter((series) => !series.episode && !isFirst(series) && isOrdinary(series.evidence))
    .map(({ evidence }) => featuresOf(evidence));
}

function isOrdinary(evidence: Evidence): boolean {
  const { count, expected } = evidence;
  return Math.max(count, expected) >= LEAST_SAMPLES && suspectDirection(evidence) !== 'down';
}
