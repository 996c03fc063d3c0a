/** The data of a picture, made into rectangles again by the script inside the picture. */
import type { NavigationTree } from './navigation/tree';
import { functionAt, KINDS, type PictureData } from './pictureData';
import type { Described } from './wording';

export interface PictureNode extends Described {
  readonly index: number;
  readonly row: number;
  /** Samples to the left of it. */
  readonly start: number;
  /** -1 for the root. */
  readonly parent: number;
  /** Index behind its last descendant. */
  readonly end: number;
}

export function pictureNodes(data: PictureData): PictureNode[] {
  const { row, count, notes } = data;
  const parents = parentsOf(row);
  const ends = endsOf(parents);
  const starts = startsOf(row, count);
  const selves = selvesOf(parents, count);
  return row.map((level, index): PictureNode => {
    const [name, module, kind] = functionAt(data, index);
    return {
      index,
      name,
      module: data.modules[module] ?? '',
      kind: KINDS[kind] ?? 'unknown',
      row: level,
      start: starts[index] ?? 0,
      count: count[index] ?? 0,
      self: selves[index] ?? 0,
      parent: parents[index] ?? -1,
      end: ends[index] ?? 0,
      note: notes[index],
    };
  });
}

/** The same rectangles as a tree, numbered by their index. */
export function pictureTree(nodes: readonly PictureNode[]): NavigationTree {
  const end = (node: number): number => nodes[node]?.end ?? 0;
  const parent = (node: number): number => Math.max(0, nodes[node]?.parent ?? 0);
  return {
    parent,
    total: (node) => nodes[node]?.count ?? 0,
    firstChild: (node) => (end(node) > node + 1 ? node + 1 : 0),
    nextSibling: (node) => (end(node) < end(parent(node)) ? end(node) : 0),
  };
}

function parentsOf(row: readonly number[]): number[] {
  const open: number[] = [];
  return row.map((level, index) => {
    open[level] = index;
    return level === 0 ? -1 : (open[level - 1] ?? -1);
  });
}

function endsOf(parents: readonly number[]): number[] {
  const ends = parents.map((_, index) => index + 1);
  for (let index = parents.length - 1; index > 0; index--) {
    const parent = parents[index] ?? 0;
    ends[parent] = Math.max(ends[parent] ?? 0, ends[index] ?? 0);
  }
  return ends;
}

function startsOf(row: readonly number[], count: readonly number[]): number[] {
  /** Where the next rectangle of each row begins. */
  const next: number[] = [];
  return row.map((level, index) => {
    const start = next[level] ?? 0;
    next[level] = start + (count[index] ?? 0);
    next[level + 1] = start;
    return start;
  });
}

function selvesOf(parents: readonly number[], count: readonly number[]): number[] {
  const selves = [...count];
  parents.forEach((parent, index) => {
    if (parent >= 0) selves[parent] = (selves[parent] ?? 0) - (count[index] ?? 0);
  });
  return selves;
}
