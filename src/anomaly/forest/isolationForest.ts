/**
 * A general outlier detector: the isolation forest of Liu, Ting and Zhou (ICDM 2008), on the trees
 * of the npm package `ml-isolation-forest`, with what the package lacks: sub-samples, a seed,
 * correct normalisation, and an answer for every input.
 */
import { checkWidth, makeCleaner, type Cleaner } from './cleanRows';
import { FlatTree } from './isolationTree';
import { sample, seededRandom, withMathRandom, type Random } from './random';

type Row = readonly number[];

export interface ForestOptions {
  /** Same rows and same seed: same scores. Default 1. */
  seed?: number;
  /** Number of trees, at least 1. Default 100 (paper, section 4.1). */
  trees?: number;
  /** Rows each tree sees, drawn without replacement, at least 2. Default 256 (section 4.1). */
  sampleSize?: number;
}

export interface TrainedForest {
  /**
   * One score per row, in [0, 1], higher is more anomalous; about 0.5 is unremarkable.
   * @throws RangeError when a row is not as wide as the training rows
   */
  score(rows: readonly Row[]): number[];
}

/** The score of a row about which nothing can be said: its path is of average length. */
const UNREMARKABLE = 0.5;

/**
 * Scores each row by how easily it is separated from the others.
 *
 * Cells may hold anything: NaN counts as the median of its column, ±Infinity as a number beyond all
 * others. Rows without a difference to learn from (none, one, all equal, no columns) score 0.5.
 *
 * @param rows n rows of equal width
 * @returns n scores in [0, 1], never NaN; higher is more anomalous
 * @throws RangeError when the rows differ in width, or an option is out of range
 */
export function scoreRows(rows: number[][], options: ForestOptions = {}): number[] {
  return trainForest(rows, options).score(rows);
}

/**
 * Learns from these rows, to score others later.
 * @throws RangeError as `scoreRows`
 */
export function trainForest(rows: readonly Row[], options: ForestOptions = {}): TrainedForest {
  const { seed = 1, trees = 100, sampleSize = 256 } = options;
  checkCount('trees', trees, 1);
  checkCount('sampleSize', sampleSize, 2);
  const cleaner = makeCleaner(rows);
  const clean = rows.map((row) => cleaner.clean(row));
  const size = Math.min(sampleSize, rows.length);
  // One row or none: nothing is learnt and, the width being unknown, nothing is checked.
  if (size < 2 || cleaner.columns === 0) return { score: (others) => others.map(unremarkable) };
  const grown = growTrees(clean, { trees, size, random: seededRandom(seed) });
  return { score: (others) => scoreAll(others, grown, cleaner) };
}

interface Growth {
  readonly trees: number;
  readonly size: number;
  readonly random: Random;
}

function growTrees(rows: readonly Row[], { trees, size, random }: Growth): FlatTree[] {
  return Array.from({ length: trees }, () => {
    const drawn = sample(rows, size, random);
    return withMathRandom(random, () => new FlatTree(drawn));
  });
}

/** s(x, n) = 2 ^ (-E(h(x)) / c(n)) (paper, equation 2). */
function scoreAll(rows: readonly Row[], trees: readonly FlatTree[], cleaner: Cleaner): number[] {
  const clean = rows.map((row, index) => {
    checkWidth(row, index, cleaner.columns);
    return cleaner.clean(row);
  });
  const sums = new Float64Array(rows.length);
  for (const tree of trees) tree.addPathLengths(clean, sums);
  return Array.from(sums, (sum) => 2 ** (-sum / trees.length));
}

function unremarkable(): number {
  return UNREMARKABLE;
}

function checkCount(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new RangeError(`${name} must be a whole number of at least ${least}, not ${value}.`);
}
