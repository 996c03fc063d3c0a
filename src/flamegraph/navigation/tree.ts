/**
 * What navigation needs to know of a flame graph. The tab implements it with its call tree and its
 * layout, a saved picture with its rectangles.
 */
import { ROOT } from '../../core/callTree';
import type { Orientation } from '../layout';

export interface NavigationTree {
  /** The root, which is `ROOT` in every tree, is its own parent. */
  parent(node: number): number;
  /** Samples that went through the node. */
  total(node: number): number;
  /** 0 if it has none. */
  firstChild(node: number): number;
  /** 0 behind the last. */
  nextSibling(node: number): number;
}

/** A rectangle in view. */
export interface Box {
  readonly node: number;
  /** `other` stands for the children of its node that are too small to draw. */
  readonly kind: string;
  /** 0 is the row of the root. */
  readonly row: number;
  readonly count: number;
}

/** What is in view now. */
export interface Drawing {
  readonly tree: NavigationTree;
  /** A parent stands before its children, children from left to right. */
  readonly rectangles: readonly Box[];
  readonly orientation: Orientation;
}

/** The levels of a zoom, from the root down to the node. */
export function pathTo(tree: Pick<NavigationTree, 'parent'>, node: number): number[] {
  const path = [node];
  for (let at = node; at !== ROOT;) path.push((at = tree.parent(at)));
  return path.reverse();
}
