/**
 * Which nodes of a call tree are drawn: those wide enough to see, and if these are too many, the
 * largest of them.
 */
import type { CallTree } from '../core/callTree';
import { LargestFirst } from './largestFirst';

export interface Limits {
  /** Width of the focus; narrower nodes than `minWidth` are not drawn. */
  readonly width: number;
  readonly minWidth: number;
  readonly maxRectangles: number;
  readonly maxRows: number;
}

/** The drawn children of every drawn node; the focus is always drawn. */
export type DrawnChildren = Map<number, number[]>;

/**
 * From the focus down, always the largest that is left: a parent is never smaller than its
 * children, so only children of drawn nodes have to be looked at.
 *
 * @param used rectangles that are spoken for
 */
export function chooseNodes(
  tree: CallTree,
  focus: number,
  limits: Limits,
  used: number,
): DrawnChildren {
  const least = Math.max(1, (tree.total(focus) * limits.minWidth) / limits.width);
  const drawn: DrawnChildren = new Map([[focus, []]]);
  const budget = new Budget(tree, limits.maxRectangles - used);
  const queue = new LargestFirst();
  queue.push({ node: focus, row: 0, total: tree.total(focus) });
  for (let next = queue.pop(); next && budget.add(next.node); next = queue.pop()) {
    const row = next.row + 1;
    if (next.node !== focus) drawn.get(tree.parent(next.node))?.push(next.node);
    drawn.set(next.node, []);
    if (row >= limits.maxRows) continue;
    for (let node = tree.firstChild(next.node); node !== 0; node = tree.nextSibling(node)) {
      const total = tree.total(node);
      if (total >= least) queue.push({ node, row, total });
    }
  }
  return drawn;
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
