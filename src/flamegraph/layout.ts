/**
 * Call tree -> rectangles. One layout serves the saved picture and the live panel.
 *
 *   |  all                                   |   row 0
 *   |  node (7)                    | sh (9)  |   a child stands on its parent, its width is its
 *   |  main              |  other  | main |  |   share; what is left of the parent is its self
 *
 * Children that are too small to draw become one "other" rectangle per parent, with the sum of
 * their counts, so that children + other + self is always the parent. With a focus that node gets
 * the whole width, and its ancestors stand full width before it: zooming is a new layout, in which
 * what was too small may be large enough.
 */
import { ROOT, type CallTree } from '../core/callTree';
import { chooseNodes, type DrawnChildren, type Limits } from './chooseNodes';

/** Flame: the root is the lowest row. Icicle: it is the highest. */
export const ORIENTATIONS = ['flame', 'icicle'] as const;
export type Orientation = (typeof ORIENTATIONS)[number];

export interface LayoutOptions {
  /** Width of the root, in any unit. */
  readonly width: number;
  readonly orientation?: Orientation;
  /** Node that takes the whole width. */
  readonly focus?: number;
  readonly maxRectangles?: number;
  /** Narrower nodes are not drawn. Same unit as `width`. */
  readonly minWidth?: number;
  /** Deeper nodes, counted from the focus, are not drawn. */
  readonly maxRows?: number;
}

export interface Rectangle {
  /** An ancestor of the focus is as wide as the picture, whatever its count. */
  readonly kind: 'ancestor' | 'frame' | 'other';
  /** Node of the tree; for `other` the parent of the merged ones. */
  readonly node: number;
  /** 0 is the root's row. */
  readonly row: number;
  /** Row as drawn from the top, by orientation. */
  readonly y: number;
  readonly x: number;
  readonly width: number;
  /** Samples to the left of it, within the focus. */
  readonly start: number;
  /** Samples it stands for. */
  readonly count: number;
  /** Nodes it stands for: more than 1 only for `other`. */
  readonly merged: number;
}

export interface Layout {
  /** A parent stands before its children, children from left to right. */
  readonly rectangles: readonly Rectangle[];
  readonly rows: number;
  /** Samples of the focus: the whole width. */
  readonly total: number;
}

export const MAX_RECTANGLES = 5000;

/** 127 kernel and 127 user frames, and the levels above them, fit. */
const MAX_ROWS = 300;

export function layOut(tree: CallTree, options: LayoutOptions): Layout {
  const { width, orientation = 'icicle', focus = ROOT } = options;
  const limits: Limits = {
    width,
    maxRectangles: options.maxRectangles ?? MAX_RECTANGLES,
    minWidth: options.minWidth ?? width / 12_000,
    maxRows: options.maxRows ?? MAX_ROWS,
  };
  const ancestors = ancestorsOf(tree, focus).slice(0, limits.maxRows);
  const drawn = chooseNodes(tree, focus, limits, ancestors.length);
  const placed = place(tree, focus, drawn, ancestors);
  return finish(placed, tree.total(focus), width, orientation);
}

/** Nearest first. */
function ancestorsOf(tree: CallTree, focus: number): number[] {
  const ancestors: number[] = [];
  for (let node = focus; node !== ROOT;) ancestors.push((node = tree.parent(node)));
  return ancestors;
}

type Placed = Omit<Rectangle, 'x' | 'y' | 'width'>;

function place(
  tree: CallTree,
  focus: number,
  drawn: DrawnChildren,
  ancestors: readonly number[],
): Placed[] {
  const placed = ancestors.map((node, i): Placed => {
    const row = ancestors.length - 1 - i;
    return { kind: 'ancestor', node, row, start: 0, count: tree.total(node), merged: 1 };
  });
  placed.reverse();
  const whole = { start: 0, count: tree.total(focus), merged: 1 };
  const pending: Placed[] = [{ kind: 'frame', node: focus, row: ancestors.length, ...whole }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    placed.push(next);
    if (next.kind === 'frame') pending.push(...placeChildren(tree, next, drawn).reverse());
  }
  return placed;
}

/** Side by side from the left edge of the parent, "other" behind them. */
function placeChildren(tree: CallTree, parent: Placed, drawn: DrawnChildren): Placed[] {
  const row = parent.row + 1;
  let { start } = parent;
  const shown = (drawn.get(parent.node) ?? []).sort(tree.compare);
  const children = shown.map((node): Placed => {
    const child: Placed = { kind: 'frame', node, row, start, count: tree.total(node), merged: 1 };
    start += child.count;
    return child;
  });
  const count = parent.start + parent.count - tree.self(parent.node) - start;
  if (count <= 0) return children;
  const merged = tree.children(parent.node).length - shown.length;
  return [...children, { kind: 'other', node: parent.node, row, start, count, merged }];
}

function finish(
  placed: readonly Placed[],
  total: number,
  width: number,
  orientation: Orientation,
): Layout {
  const rows = placed.reduce((most, { row }) => Math.max(most, row + 1), 0);
  const scale = total > 0 ? width / total : 0;
  const rectangles = placed.map((rectangle): Rectangle => {
    const { kind, node, row, start, count, merged } = rectangle;
    const y = orientation === 'icicle' ? row : rows - 1 - row;
    const share = kind === 'ancestor' ? width : count * scale;
    return { kind, node, row, y, x: start * scale, width: share, start, count, merged };
  });
  return { rectangles, rows, total };
}
