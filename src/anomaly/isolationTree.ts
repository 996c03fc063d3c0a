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

/** Trees as parallel arrays, each node followed by its left subtree: scoring walks no objects. */
export class FlatTrees {
  /** In a leaf: edges from the root plus c(rows in the leaf), in units of c(sample size). */
  readonly #length: number[] = [];
  readonly #roots: number[] = [];
  readonly #column: number[] = [];
  readonly #split: number[] = [];
  readonly #right: number[] = [];
  readonly #usual: number;
  readonly #limit: number;

  /** @param sampleSize rows each tree was grown from, at least 2 */
  constructor(sampleSize: number) {
    this.#usual = averagePathLength(sampleSize);
    this.#limit = heightLimit(sampleSize);
  }

  add(root: TreeNode): void {
    this.#roots.push(this.#column.length);
    this.#addNode(root, 0);
  }

  /** E(h(x)) / c(n): the mean path length of the row over all trees, 1 being usual. */
  relativePathLength(row: readonly number[]): number {
    let sum = 0;
    for (const root of this.#roots) sum += this.#pathLength(row, root);
    return sum / this.#roots.length;
  }

  #pathLength(row: readonly number[], root: number): number {
    let node = root;
    let column = this.#column[node] as number;
    while (column !== LEAF) {
      const below = (row[column] as number) < (this.#split[node] as number);
      node = below ? node + 1 : (this.#right[node] as number);
      column = this.#column[node] as number;
    }
    return this.#length[node] as number;
  }

  #addNode(tree: TreeNode, depth: number): void {
    const { left, right } = tree;
    if (!left || !right || depth === this.#limit) return this.#addLeaf(depth, rowsBelow(tree));
    // A column that is constant here was drawn: nothing was split, so no edge is counted.
    // The paper draws from such columns too, but ends where all rows are equal; so does this.
    if (rowsBelow(left) === 0) return this.#addNode(right, depth);
    const node = this.#column.length;
    this.#push(tree.splitColumn as number, tree.splitValue as number, 0);
    this.#addNode(left, depth + 1);
    this.#right[node] = this.#column.length;
    this.#addNode(right, depth + 1);
  }

  #addLeaf(depth: number, rows: number): void {
    this.#push(LEAF, 0, (depth + averagePathLength(rows)) / this.#usual);
  }

  #push(column: number, split: number, length: number): void {
    this.#column.push(column);
    this.#split.push(split);
    this.#right.push(0);
    this.#length.push(length);
  }
}

function rowsBelow(node: TreeNode): number {
  if (!node.left || !node.right) return node.trainingSet?.length ?? 0;
  return rowsBelow(node.left) + rowsBelow(node.right);
}
