/**
 * Where a reader is in a tree, in words that outlive it: a tree that is built anew, with other
 * levels or after a reload of the window, numbers its nodes differently.
 */
import { ROOT, type CallTree, type NodeInfo } from '../../core/callTree';

/** From below the root down to the node. */
export type Place = readonly string[];

export function placeOf(tree: CallTree, node: number): Place {
  const place: string[] = [];
  for (let at = node; at !== ROOT; at = tree.parent(at)) place.push(stepOf(tree.info(at)));
  return place.reverse();
}

/**
 * The node of that place, or the nearest one above it that exists. A tree merged in another way may
 * lack the levels of processes and threads: then the frames stand where those stood.
 */
export function nodeAt(tree: CallTree, place: Place): number {
  let node = ROOT;
  for (const step of place) {
    const next = tree.children(node).find((child) => stepOf(tree.info(child)) === step);
    if (next !== undefined) node = next;
    else if (!IS_LEVEL.test(step)) return node;
  }
  return node;
}

const IS_LEVEL = /^(?:process|thread)\0/;

function stepOf({ kind, module, symbol }: NodeInfo): string {
  return `${kind}\0${module}\0${symbol}`;
}
