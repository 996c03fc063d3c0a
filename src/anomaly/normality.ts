/**
 * What is normal on this machine: the evidence of earlier windows, and an isolation forest trained
 * on it. A change is unusual if it stands apart more than all but one in a thousand of them did.
 */
import { trainForest } from './isolationForest';
import { sample, seededRandom, type Random } from './random';

export type Row = readonly number[];

export interface NormalityOptions {
  readonly seed: number;
  readonly trees: number;
  readonly sampleSize: number;
}

export interface Judge {
  /** The forest's score of this evidence, in [0, 1]. */
  score(row: Row): number;
  /** Scores below this are usual. */
  readonly cut: number;
}

/** Windows of evidence that are kept, and rows of each: what is scored to find the cut. */
const KEPT_WINDOWS = 24;
const ROWS_PER_WINDOW = 340;
const USUAL_SHARE = 0.9995;
/**
 * Labelled evidence joins this many windows late. At once, an episode would make itself usual;
 * never, the cut would creep down, because the top of what it is taken from is always missing.
 */
const LABELLED_DELAY = 12;

export class Normality {
  readonly #random: Random;
  readonly #windows: Row[][] = [];
  readonly #held: Row[][] = [];

  constructor(private readonly options: NormalityOptions) {
    this.#random = seededRandom(options.seed);
  }

  /**
   * Adds one window.
   * @param usual evidence of everything that was not labelled
   * @param labelled evidence of what began to be labelled, one row for each cause
   */
  add(usual: readonly Row[], labelled: readonly Row[]): void {
    this.#held.push([...labelled]);
    const released = this.#held.length > LABELLED_DELAY ? (this.#held.shift() ?? []) : [];
    this.#windows.push([...sample(usual, ROWS_PER_WINDOW, this.#random), ...released]);
    if (this.#windows.length > KEPT_WINDOWS) this.#windows.shift();
  }

  /** Trains on everything kept: tens of milliseconds, so ask only if there is something to judge. */
  judge(): Judge {
    const rows = this.#windows.flat();
    const forest = trainForest(rows, this.options);
    const scores = Float64Array.from(forest.score(rows)).sort();
    const cut = scores[Math.ceil(USUAL_SHARE * scores.length) - 1] ?? 0;
    return { cut, score: (row) => forest.score([row])[0] as number };
  }
}
