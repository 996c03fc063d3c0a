/**
 * What is normal on this machine: the evidence of earlier windows, and an isolation forest trained
 * on it. A change is unusual if it stands apart more than all but a few in ten thousand of them did.
 */
import { trainForest } from './forest/isolationForest';
import { sample, seededRandom, type Random } from './forest/random';

export type Row = readonly number[];

/** Whether this evidence is unusual, and its score: the forest's, in [0, 1]. */
export type Judge = (row: Row) => { readonly unusual: boolean; readonly score: number };

/** Windows of evidence that are kept, and rows of each: what is scored to find the cut. */
const KEPT_WINDOWS = 24;
const ROWS_PER_WINDOW = 340;
const USUAL_SHARE = 0.9995;

export class Normality {
  readonly #random: Random;
  readonly #windows: Row[][] = [];

  constructor(private readonly seed: number) {
    this.#random = seededRandom(seed);
  }

  /** Adds one window: the evidence of everything that is in no episode. */
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
 * A forest can not tell what lies beyond all it has seen from the farthest of it: no cut is made
 * out there. Where many rows are the farthest, all alike, it finds neither them nor what is beyond.
 */
function isBeyond(row: Row, largest: Row): boolean {
  return row.every((cell, column) => cell > (largest[column] ?? -Infinity));
}

function largestOf(rows: readonly Row[]): Row {
  return rows.reduce<Row>((most, row) => row.map((cell, i) => Math.max(cell, most[i] ?? 0)), []);
}
