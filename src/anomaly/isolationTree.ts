/**
 * The trees of `ml-isolation-forest`, flattened into arrays and measured by the paper:
 * Liu, Ting, Zhou, "Isolation Forest", ICDM 2008. We measure the paths ourselves because the
 * package's c(n) adds Euler's constant once where the paper has it twice, and its trees are one
 * level deeper than the paper's.
 */
import type { TreeNode } from 'ml-isolation-forest';

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

  /** @param sampleSize rows the tree was grown from, at least 2 */
  constructor(root: TreeNode, sampleSize: number) {
    const nodes = new Flattening(sampleSize).flatten(root);
    this.#column = Int32Array.from(nodes, (node) => node.column);
    this.#split = Float64Array.from(nodes, (node) => node.split);
    this.#right = Int32Array.from(nodes, (node) => node.right);
    this.#length = Float64Array.from(nodes, (node) => node.length);
  }

  /** Adds h(x) / c(n) to each row's sum: the length of its path, 1 being usual. */
  addPathLengths(rows: readonly (readonly number[])[], sums: Float64Array): void {
    const [columns, splits, rights, lengths] = [
      this.#column,
      this.#split,
      this.#right,
      this.#length,
    ];
    for (let i = 0; i < sums.length; i++) {
      const row = rows[i] as readonly number[];
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

  flatten(root: TreeNode): readonly FlatNode[] {
    this.#add(root, 0);
    return this.#nodes;
  }

  #add(tree: TreeNode, depth: number): void {
    const { left, right, splitColumn: column = LEAF, splitValue: split = 0 } = tree;
    if (!left || !right || depth === this.#limit) return this.#addLeaf(tree, depth);
    // A column that is constant here was drawn: nothing was split, so no edge is counted.
    // The paper draws from such columns too, but ends where all rows are equal; so does this.
    if (rowsBelow(left) === 0) return this.#add(right, depth);
    const node = { column, split, right: 0, length: 0 };
    this.#nodes.push(node);
    this.#add(left, depth + 1);
    node.right = this.#nodes.length;
    this.#add(right, depth + 1);
  }

  #addLeaf(tree: TreeNode, depth: number): void {
    const length = (depth + averagePathLength(rowsBelow(tree))) / this.#usual;
    this.#nodes.push({ column: LEAF, split: 0, right: 0, length });
  }
}

function rowsBelow(node: TreeNode): number {
  if (!node.left || !node.right) return node.trainingSet?.length ?? 0;
  return rowsBelow(node.left) + rowsBelow(node.right);
}
