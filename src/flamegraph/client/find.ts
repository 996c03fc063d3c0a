/**
 * What the script of a picture looks up in its rectangles: what is in view, what a search finds,
 * where an arrow key leads. Pure, so that it is tested without a browser.
 */
import type { Orientation } from '../layout';
import type { PictureNode } from '../pictureNodes';
import { moduleName } from '../wording';

/** From the parent of `index` up to the root. */
export function ancestorsOf(nodes: readonly PictureNode[], index: number): PictureNode[] {
  const ancestors: PictureNode[] = [];
  let node = nodes[nodes[index]?.parent ?? -1];
  for (; node; node = nodes[node.parent]) ancestors.push(node);
  return ancestors;
}

export interface Matches {
  readonly found: ReadonlySet<number>;
  /** Samples in view that went through a match; nested matches count once. */
  readonly samples: number;
}

/** @param focus the rectangle that fills the view: what is outside is found, but not counted */
export function search(
  nodes: readonly PictureNode[],
  query: string,
  focus: PictureNode,
): Matches | undefined {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return undefined;
  const matching = nodes.filter((node) => matches(node, wanted));
  const found = new Set(matching.map(({ index }) => index));
  if (ancestorsOf(nodes, focus.index).some(({ index }) => found.has(index))) {
    return { found, samples: focus.count };
  }
  let [samples, counted] = [0, focus.index];
  for (const { index, end, count } of matching) {
    if (index < counted || index >= focus.end) continue;
    samples += count;
    counted = end;
  }
  return { found, samples };
}

function matches({ name, module, kind }: PictureNode, wanted: string): boolean {
  if (kind === 'other' || kind === 'root') return false;
  return name.toLowerCase().includes(wanted) || moduleName(module).toLowerCase().includes(wanted);
}

export type ArrowKey = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight';

/** The rectangle that an arrow key leads to from here, or here when there is none. */
export function neighbour(
  nodes: readonly PictureNode[],
  from: PictureNode,
  key: ArrowKey,
  orientation: Orientation,
  inView: (index: number) => boolean,
): PictureNode {
  const towardsLeaf = orientation === 'icicle' ? 'ArrowDown' : 'ArrowUp';
  if (key === 'ArrowLeft') return inRow(nodes, from, -1, inView);
  if (key === 'ArrowRight') return inRow(nodes, from, 1, inView);
  return (key === towardsLeaf ? largestChild(nodes, from, inView) : nodes[from.parent]) ?? from;
}

/** Rectangles of one row follow each other from left to right, whoever their parents are. */
function inRow(
  nodes: readonly PictureNode[],
  from: PictureNode,
  step: 1 | -1,
  inView: (index: number) => boolean,
): PictureNode {
  for (let at = from.index + step; ; at += step) {
    const node = nodes[at];
    if (!node) return from;
    if (node.row === from.row && inView(at)) return node;
  }
}

function largestChild(
  nodes: readonly PictureNode[],
  from: PictureNode,
  inView: (index: number) => boolean,
): PictureNode | undefined {
  let largest: PictureNode | undefined;
  for (const node of nodes.slice(from.index + 1, from.end)) {
    if (node.parent !== from.index || !inView(node.index)) continue;
    if (!largest || node.count > largest.count) largest = node;
  }
  return largest;
}
