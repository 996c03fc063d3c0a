/** Weighs every series in one window: first the common tides, then each series against them. */
import { featuresOf, NO_TIDE, weigh, type Evidence, type Tide } from './evidence';
import { isNew, type ProcessSeries, type Series, type Watched } from './series';
import type { Row } from './normality';
import { commonTide } from './tide';

/** Relative variance of rates taken for granted until enough stacks show what is usual here. */
const ASSUMED_NOISE = 0.03;
const ASSUMED_WEIGHT = 8;
/** Rows of fewer samples are all alike; they would only dilute the others. */
const LEAST_SAMPLES = 1;

interface Around {
  /** Recorded seconds of the window. */
  readonly seconds: number;
  /** Relative variance of rates beyond chance that is usual on this machine. */
  readonly noise: number;
}

/** Sets `evidence` of every series. */
export function survey(watched: Watched, seconds: number): void {
  const around = { seconds, noise: usualNoise(watched, seconds) };
  const machine = tideAmong(watched.processes, seconds) ?? NO_TIDE;
  for (const program of watched.programs.values()) weighOne(program, NO_TIDE, around);
  for (const process of watched.processes) surveyProcess(process, machine, around);
}

function surveyProcess(process: ProcessSeries, machine: Tide, around: Around): void {
  weighOne(process, machine, around);
  const tide = tideAmong(process.stacks.values(), around.seconds) ?? machine;
  for (const stack of process.stacks.values()) weighOne(stack, tide, around);
}

function weighOne(series: Series, tide: Tide, around: Around): void {
  series.evidence = weigh(series.count, series.history, tide, around);
}

/** Without those in an episode: they are exceptions already. */
function tideAmong(all: Iterable<Series>, seconds: number): Tide | undefined {
  const ordinary = [...all].filter((series) => !series.episode);
  return commonTide(
    ordinary.map(({ count, history }) => ({ count, expected: history.rate * seconds })),
  );
}

/** The median over the stacks: a few restless ones do not make the machine restless. */
function usualNoise(watched: Watched, seconds: number): number {
  const noises: number[] = new Array<number>(ASSUMED_WEIGHT).fill(ASSUMED_NOISE);
  for (const process of watched.processes) {
    for (const stack of process.stacks.values()) {
      const noise = stack.history.noise(seconds);
      if (noise !== undefined) noises.push(noise);
    }
  }
  const sorted = Float64Array.from(noises).sort();
  return sorted[sorted.length >> 1] ?? ASSUMED_NOISE;
}

/** Evidence that shows what is usual: of all that has a history and is in no episode. */
export function usualRows(watched: Watched, number: number): Row[] {
  const rows: Row[] = [];
  if (number === 0) return rows;
  for (const process of watched.processes) {
    if (isNew(process, number)) continue;
    for (const series of [process, ...process.stacks.values()]) {
      const { evidence, episode } = series;
      if (!episode && fuller(evidence) >= LEAST_SAMPLES) rows.push(featuresOf(evidence));
    }
  }
  return rows;
}

function fuller({ count, expected }: Evidence): number {
  return Math.max(count, expected);
}
