/**
 * The trees of `ml-isolation-forest`, flattened into arrays and measured by the paper:
 * Liu, Ting, Zhou, "Isolation Forest", ICDM 2008. We measure the paths ourselves because the
 * package's c(n) adds Euler's constant once where the paper has it twice, and its trees are one
 * level deeper than the paper's.
 *
 * The package draws constant columns, too, and each costs it a level without a cut: a few columns
 * among a hundred constant ones would hardly be looked at. So it is shown only columns that vary,
 * and where its tree still ends too early, another one goes on.
 */
import { IsolationForest, type TreeNode } from 'ml-isolation-forest';

type Row = readonly number[];

/** Column of a leaf. */
const LEAF = -1;

/**
 * c(n): the average path length of an unsuccessful search in a binary search tree of n keys,
 * 2 H(n-1) - 2 (n-1)/n (paper, equation 1), and 0 below two keys. The harmonic number is summed,
 * not approximated by a logarithm, so it is exact to rounding and the same on every machine.
 */
export function averagePathLength(keys: number): number {
  if (keys < 2) return 0;
  let harmonic = 0;
  for (let i = 1; i < keys; i++) harmonic += 1 / i;
  return 2 * harmonic - (2 * (keys - 1)) / keys;
}

/** The height limit l = ceiling(log2 n) (paper, section 4.1), by integers. */
export function heightLimit(sampleSize: number): number {
  return sampleSize < 2 ? 0 : 32 - Math.clz32(sampleSize - 1);
}

/**
 * A tree as parallel arrays, each node followed by its left subtree: small enough to stay in the
 * processor's cache while it measures one row after the other.
 */
export class FlatTree {
  readonly #column: Int32Array;
  readonly #split: Float64Array;
  readonly #right: Int32Array;
  readonly #length: Float64Array;

  /** @param rows at least 2 */
  constructor(rows: readonly Row[]) {
    const nodes = new Flattening(rows.length).grow(rows);
    this.#column = Int32Array.from(nodes, (node) => node.column);
    this.#split = Float64Array.from(nodes, (node) => node.split);
    this.#right = Int32Array.from(nodes, (node) => node.right);
    this.#length = Float64Array.from(nodes, (node) => node.length);
  }

  /** Adds h(x) / c(n) to each row's sum: the length of its path, 1 being usual. */
  addPathLengths(rows: readonly Row[], sums: Float64Array): void {
    const [columns, splits, rights, lengths] = [
      this.#column,
      this.#split,
      this.#right,
      this.#length,
    ];
    for (let i = 0; i < sums.length; i++) {
      const row = rows[i] as Row;
      let node = 0;
      for (let column = columns[0] as number; column !== LEAF; column = columns[node] as number) {
        const isBelow = (row[column] as number) < (splits[node] as number);
        node = isBelow ? node + 1 : (rights[node] as number);
      }
      (sums[i] as number) += lengths[node] as number;
    }
  }
}

interface FlatNode {
  readonly column: number;
  readonly split: number;
  right: number;
  /** In a leaf: edges from the root plus c(rows in the leaf), in units of c(sample size). */
  readonly length: number;
}

class Flattening {
  readonly #nodes: FlatNode[] = [];
  readonly #limit: number;
  readonly #usual: number;

  constructor(sampleSize: number) {
    this.#limit = heightLimit(sampleSize);
    this.#usual = averagePathLength(sampleSize);
  }

  grow(rows: readonly Row[]): readonly FlatNode[] {
    this.#grow(rows, rows[0]?.map((_, column) => column) ?? [], 0);
    return this.#nodes;
  }

  /** @param columns of the table, one for each cell of these rows */
  #grow(rows: readonly Row[], columns: readonly number[], depth: number): void {
    const varying = depth < this.#limit ? varyingCells(rows) : [];
    if (varying.length === 0) return this.#addLeaf(rows.length, depth);
    const projected = rows.map((row) => varying.map((cell) => row[cell] as number));
    const places = varying.map((cell) => columns[cell] as number);
    this.#add(treeOf(projected), places, depth);
  }

  #add(tree: TreeNode, columns: readonly number[], depth: number): void {
    const { left, right, splitColumn = 0, splitValue: split = 0, trainingSet = [] } = tree;
    if (!left || !right) return this.#grow(trainingSet, columns, depth);
    if (depth === this.#limit) return this.#addLeaf(rowsBelow(tree), depth);
    // A column that is constant here was drawn: nothing was split, so no edge is counted.
    if (rowsBelow(left) === 0) return this.#add(right, columns, depth);
    const node = { column: columns[splitColumn] as number, split, right: 0, length: 0 };
    this.#nodes.push(node);
    this.#add(left, columns, depth + 1);
    node.right = this.#nodes.length;
    this.#add(right, columns, depth + 1);
  }

  #addLeaf(rows: number, depth: number): void {
    const length = (depth + averagePathLength(rows)) / this.#usual;
    this.#nodes.push({ column: LEAF, split: 0, right: 0, length });
  }
}

/**
 * A package forest of one tree: its `train` gives every tree all rows, and called twice it keeps
 * the trees of the first call.
 */
function treeOf(rows: number[][]): TreeNode {
  const forest = new IsolationForest({ nEstimators: 1 });
  forest.train(rows);
  return forest.forest[0] as TreeNode;
}

/** Places of the cells in which these rows differ. */
function varyingCells([first = [], ...others]: readonly Row[]): number[] {
  const cells = first.map((_, cell) => cell);
  return cells.filter((cell) => others.some((row) => row[cell] !== first[cell]));
}

function rowsBelow(node: TreeNode): number {
  if (!node.left || !node.right) return node.trainingSet?.length ?? 0;
  return rowsBelow(node.left) + rowsBelow(node.right);
}
