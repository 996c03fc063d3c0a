/**
 * What is normal on this machine: the deviations of earlier windows, and an isolation forest trained
 * on them. A deviation is unusual if it stands apart more than all but a few in ten thousand did.
 */
import { suspectDirection } from './episode';
import { trainForest } from './forest/isolationForest';
import { sample, seededRandom, type Random } from './forest/random';
import type { Deviation } from './history';
import { isNew, LEARNING_WINDOWS, type Series } from './series';
import type { SeriesTable } from './seriesTable';

export type Row = readonly number[];

/** Whether a row is unusual, and the forest's score, in [0, 1]. */
export type Judge = (row: Row) => { readonly unusual: boolean; readonly score: number };

/** Windows that are kept, and rows of each: what is scored to find the cut. */
const KEPT_WINDOWS = 24;
const ROWS_PER_WINDOW = 340;
const USUAL_SHARE = 0.9995;
/** Rows of fewer samples are all alike; they would only dilute the others. */
const LEAST_SAMPLES = 1;

export class Normality {
  readonly #random: Random;
  readonly #windows: Row[][] = [];

  constructor(private readonly seed: number) {
    this.#random = seededRandom(seed);
  }

  /** Adds the rows of one window. */
  add(usual: readonly Row[]): void {
    this.#windows.push(sample(usual, ROWS_PER_WINDOW, this.#random));
    if (this.#windows.length > KEPT_WINDOWS) this.#windows.shift();
  }

  /** Trains on everything kept: tens of milliseconds, so ask only if there is something to judge. */
  judge(): Judge {
    const rows = this.#windows.flat();
    const forest = trainForest(rows, { seed: this.seed });
    const scores = Float64Array.from(forest.score(rows)).sort();
    const cut = scores[Math.ceil(USUAL_SHARE * scores.length) - 1] ?? 0;
    const largest = largestOf(rows);
    return (row) => {
      const [score = 0] = forest.score([row]);
      return { unusual: score >= cut || isBeyond(row, largest), score };
    };
  }
}

/**
 * A forest cannot tell what lies beyond all it has seen from the farthest of it: it makes no cut out
 * there. Where many rows are the farthest, all alike, it finds neither them nor what is beyond.
 */
function isBeyond(row: Row, largest: Row): boolean {
  return row.every((cell, column) => cell > (largest[column] ?? -Infinity));
}

function largestOf(rows: readonly Row[]): Row {
  return rows.reduce<Row>((most, row) => row.map((cell, i) => Math.max(cell, most[i] ?? 0)), []);
}

/**
 * What the forest looks at: how large the change is, how significant, and both at once. Without
 * direction, because a fall of a rare stack is bounded and a rise is not: a forest on signed
 * numbers finds every fall remarkable. The product, because its cuts follow the axes, and only what
 * is both large and significant matters.
 */
export function featuresOf({ count, target, z }: Deviation): Row {
  const change = Math.abs(Math.log2((count + 2) / (target + 2)));
  const significance = Math.abs(z);
  return [change, significance, change * significance];
}

/**
 * Rows that show what is usual: of every series that has a history and is in no episode. A fall that
 * gave way to something else is left out: one such row in a thousand would hide all that is smaller.
 * So is what is seen for the first time while the recording is young: everything is, once.
 */
export function usualRows(table: SeriesTable, number: number): Row[] {
  const known = number === 0 ? [] : [...table.processes].filter((one) => !isNew(one, number));
  const isFirst = ({ born }: Series) => born === number && number < LEARNING_WINDOWS;
  return known
    .flatMap((process) => [process, ...process.stacks.values()])
    .filter((series) => !series.episode && !isFirst(series) && isOrdinary(series.deviation))
    .map(({ deviation }) => featuresOf(deviation));
}

function isOrdinary(deviation: Deviation): boolean {
  const { count, expected } = deviation;
  return Math.max(count, expected) >= LEAST_SAMPLES && suspectDirection(deviation) !== 'down';
}
