/**
 * Where a reader is in a flame graph, and where each action leads: position and action in, position
 * out. The tab and the saved picture both move by this, so that a key means the same in both.
 */
import { ROOT } from '../../core/callTree';
import type { Orientation } from '../layout';
import type { ArrowKey } from './keys';
import type { Box, Drawing } from './tree';

export interface Position {
  /** The node that fills the width. */
  readonly focus: number;
  readonly selected: Selection | undefined;
  /** What is searched for; '' when nothing is. */
  readonly query: string;
  /** Only a part of the recording is shown. */
  readonly narrowed: boolean;
}

export interface Selection {
  readonly node: number;
  /** The rectangle of the children that are too small to draw, and not that of the node. */
  readonly other: boolean;
}

export type Move = ArrowKey | 'choose' | 'home' | 'out' | 'back' | 'endSearch';

export function move(position: Position, how: Move, drawing: Drawing): Position {
  switch (how) {
    case 'choose':
      return choose(position, selectedBox(position, drawing));
    case 'home':
      return zoomTo(position, ROOT);
    case 'out':
      return zoomTo(position, drawing.tree.parent(position.focus));
    case 'back':
      return stepBack(position, drawing);
    case 'endSearch':
      return { ...position, query: '' };
    default:
      return select(position, arrowTarget(position, how, drawing));
  }
}

export function zoomTo(position: Position, focus: number): Position {
  return focus === position.focus ? position : { ...position, focus };
}

/** Selects the rectangle, and zooms into it unless it has no node of its own. */
export function choose(position: Position, box: Box | undefined): Position {
  const selected = select(position, box);
  return !box || isOther(box) ? selected : zoomTo(selected, box.node);
}

/** To the next match behind the selection, round and round. */
export function nextMatch(
  position: Position,
  { rectangles }: Drawing,
  isMatch: (box: Box) => boolean,
): Position {
  const behind = rectangles.slice(indexOf(position.selected, rectangles) + 1);
  return select(position, behind.find(isMatch) ?? rectangles.find(isMatch));
}

/** Out of the search, then out of the zoom level by level, then back to everything. */
function stepBack(position: Position, { tree }: Drawing): Position {
  const { focus, query, narrowed } = position;
  if (query !== '') return { ...position, query: '' };
  if (focus !== ROOT) return zoomTo(position, tree.parent(focus));
  return narrowed ? { ...position, narrowed: false } : position;
}

function select(position: Position, box: Box | undefined): Position {
  if (!box) return position;
  return { ...position, selected: { node: box.node, other: isOther(box) } };
}

/** Without a selection an arrow begins at the focus. Where it leads nowhere it stays. */
function arrowTarget(position: Position, key: ArrowKey, drawing: Drawing): Box | undefined {
  const { rectangles, orientation } = drawing;
  const { focus, selected } = position;
  const at = indexOf(selected ?? { node: focus, other: false }, rectangles);
  if (!selected && at >= 0) return rectangles[at];
  const from = Math.max(0, at);
  return neighbour(rectangles, from, key, orientation) ?? rectangles[from];
}

function neighbour(
  rectangles: readonly Box[],
  from: number,
  key: ArrowKey,
  orientation: Orientation,
): Box | undefined {
  const row = rectangles[from]?.row ?? 0;
  if (key === 'ArrowLeft') return nextInRow(rectangles.slice(0, from).reverse(), row);
  if (key === 'ArrowRight') return nextInRow(rectangles.slice(from + 1), row);
  const towardsLeaf = orientation === 'icicle' ? 'ArrowDown' : 'ArrowUp';
  if (key === towardsLeaf) return largestChild(rectangles.slice(from + 1), row);
  return nextInRow(rectangles.slice(0, from).reverse(), row - 1);
}

/** Rectangles of one row follow each other from left to right, whoever their parents are. */
function nextInRow(candidates: readonly Box[], row: number): Box | undefined {
  return candidates.find((box) => box.row === row);
}

/** The first of the largest. @param behind what stands behind the parent, which is in this row */
function largestChild(behind: readonly Box[], row: number): Box | undefined {
  let largest: Box | undefined;
  for (const box of behind) {
    if (box.row <= row) break;
    if (box.row === row + 1 && box.count > (largest?.count ?? -1)) largest = box;
  }
  return largest;
}

/** What Enter is for: the selection, or the root while there is none in view. */
function selectedBox({ selected }: Position, { rectangles }: Drawing): Box | undefined {
  return rectangles[Math.max(0, indexOf(selected, rectangles))];
}

function indexOf(selected: Selection | undefined, rectangles: readonly Box[]): number {
  return selected ? rectangles.findIndex((box) => isSelected(box, selected)) : -1;
}

export function isSelected(box: Pick<Box, 'node' | 'kind'>, { node, other }: Selection): boolean {
  return box.node === node && isOther(box) === other;
}

function isOther({ kind }: Pick<Box, 'kind'>): boolean {
  return kind === 'other';
}
