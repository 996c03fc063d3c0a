/**
 * Which nodes of a call tree are drawn: those wide enough to see, and if these are too many, the
 * largest of them.
 */
import type { CallTree } from '../core/callTree';

export interface Limits {
  /** Width of the focus; narrower nodes than `minWidth` are not drawn. */
  readonly width: number;
  readonly minWidth: number;
  readonly maxRectangles: number;
  readonly maxRows: number;
}

/** The drawn children of every drawn node; the focus is always drawn. */
export type DrawnChildren = Map<number, number[]>;

/** @param used rectangles that are spoken for */
export function chooseNodes(
  tree: CallTree,
  focus: number,
  limits: Limits,
  used: number,
): DrawnChildren {
  const drawn: DrawnChildren = new Map([[focus, []]]);
  const budget = new Budget(tree, limits.maxRectangles - used);
  budget.add(focus);
  for (const node of largestFirst(tree, visibleNodes(tree, focus, limits), limits.maxRectangles)) {
    if (!budget.add(node)) break;
    drawn.get(tree.parent(node))?.push(node);
    drawn.set(node, []);
  }
  return drawn;
}

/**
 * The nodes that are wide enough, or at least the `maxRectangles` largest of them: it looks for
 * wide ones first and for narrower ones only while there is room, so that a tree of millions of
 * nodes is not walked for the few thousand that are drawn.
 */
function visibleNodes(tree: CallTree, focus: number, limits: Limits): number[] {
  const total = tree.total(focus);
  const narrowest = Math.max(1, (total * limits.minWidth) / limits.width);
  for (let least = total / 256; ; least /= 4) {
    const nodes = nodesOf(tree, focus, Math.max(least, narrowest), limits.maxRows);
    if (nodes.length >= limits.maxRectangles || least <= narrowest) return nodes;
  }
}

/** Row by row, since stacks can be too deep for recursion. */
function nodesOf(tree: CallTree, focus: number, least: number, maxRows: number): number[] {
  const nodes: number[] = [];
  let row = [focus];
  for (let i = 1; i < maxRows && row.length > 0; i++) {
    const next: number[] = [];
    for (const node of row) {
      for (const child of tree.children(node)) if (tree.total(child) >= least) next.push(child);
    }
    for (const node of next) nodes.push(node);
    row = next;
  }
  return nodes;
}

/**
 * The `most` largest, and those as large as the last of them. A parent stands before its children:
 * it is never smaller, and among equals the order of rows stays.
 */
function largestFirst(tree: CallTree, nodes: readonly number[], most: number): number[] {
  const totals = new Float64Array(nodes.length);
  for (let i = 0; i < nodes.length; i++) totals[i] = tree.total(nodes[i] ?? 0);
  totals.sort();
  const least = totals[Math.max(0, totals.length - most)] ?? 0;
  const larger = nodes.filter((node) => tree.total(node) > least);
  const last = nodes.filter((node) => tree.total(node) === least);
  return larger.sort((a, b) => tree.total(b) - tree.total(a)).concat(last);
}

/** Counts rectangles: one per drawn node, and one "other" while any of its children is not drawn. */
class Budget {
  #used = 0;
  /** Samples of the children not drawn, by drawn node. */
  readonly #undrawn = new Map<number, number>();

  constructor(
    private readonly tree: CallTree,
    private readonly limit: number,
  ) {}

  /** False when there is no room for this node. */
  add(node: number): boolean {
    const below = this.tree.total(node) - this.tree.self(node);
    const parent = this.tree.parent(node);
    const beside = (this.#undrawn.get(parent) ?? 0) - this.tree.total(node);
    const used = this.#used + 1 + (below > 0 ? 1 : 0) - (beside === 0 ? 1 : 0);
    if (used > this.limit && this.#used > 0) return false;
    this.#used = used;
    this.#undrawn.set(parent, beside).set(node, below);
    return true;
  }
}
