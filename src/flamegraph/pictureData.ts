/**
 * A laid-out graph as the data that a picture carries for its own script, as small as it gets:
 *
 *   {"functions":[["main",1,4]],"modules":["","/opt/demo"],"row":[0],"count":[9],"function":[0],…}
 *
 * Rectangles stand as in the layout: parents before children, children from left to right. So the
 * counts give back the positions and the self samples (pictureNodes.ts), and none of them is stored.
 */
import type { CallTree, NodeInfo } from '../core/callTree';
import { printable } from '../core/printable';
import { formatCount } from '../core/accounting';
import type { Layout, Orientation, Rectangle } from './layout';
import type { RectangleKind } from './wording';

/** The kinds by number, as the data has them. */
export const KINDS: readonly RectangleKind[] = [
  'root',
  'process',
  'thread',
  'kernel',
  'native',
  'jit',
  'unknown',
  'other',
];

export interface PictureData {
  readonly orientation: Orientation;
  /** Name, number of the module, number of the kind. */
  readonly functions: readonly (readonly [string, number, number])[];
  readonly modules: readonly string[];
  readonly row: readonly number[];
  readonly count: readonly number[];
  readonly function: readonly number[];
  /** Reasons of the rectangles whose stacks are unusual, by rectangle. */
  readonly notes: Readonly<Record<number, string>>;
}

/** Name, number of the module and number of the kind of a rectangle. */
export function functionAt(data: PictureData, index: number): readonly [string, number, number] {
  return data.functions[data.function[index] ?? 0] ?? ['', 0, 0];
}

/** @param nameLength longer names are cut, and say how long they are */
export function encodePicture(
  tree: CallTree,
  layout: Layout,
  orientation: Orientation,
  nameLength: number,
): PictureData {
  const modules = new Numbering<string>((module) => module);
  const functions = new Numbering<readonly [string, number, number]>((entry) => entry.join('\0'));
  const functionOf = (rectangle: Rectangle): number => {
    const { name, module, kind } = look(tree.info(rectangle.node), rectangle, nameLength);
    return functions.number([name, modules.number(module), KINDS.indexOf(kind)]);
  };
  const { rectangles } = layout;
  return {
    orientation,
    row: rectangles.map(({ row }) => row),
    count: rectangles.map(({ count }) => count),
    function: rectangles.map(functionOf),
    functions: functions.values,
    modules: modules.values,
    notes: notesOf(tree, rectangles, nameLength),
  };
}

/** Gives equal values one number, in order of first appearance. */
class Numbering<Value> {
  readonly values: Value[] = [];
  readonly #numbers = new Map<string, number>();

  constructor(private readonly keyOf: (value: Value) => string) {}

  number(value: Value): number {
    const key = this.keyOf(value);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.values.length);
    return this.values.push(value) - 1;
  }
}

/** What a rectangle is called: names made safe to show, and of bounded length. */
export function look(
  info: NodeInfo,
  { kind, merged }: Rectangle,
  nameLength: number,
): { name: string; module: string; kind: RectangleKind } {
  if (kind === 'other') {
    return { name: `${formatCount(merged)} more, too small to draw`, module: '', kind };
  }
  const { name, module } = info;
  return { name: bounded(name, nameLength), module: bounded(module, nameLength), kind: info.kind };
}

/** Safe to show, and where it is cut it says how long it was. */
export function bounded(text: string, length: number): string {
  const cut = text.length > length;
  const shown = printable(cut ? text.slice(0, length) : text);
  return cut ? `${shown}… (${formatCount(text.length)} characters)` : shown;
}

/**
 * Why rectangles are unusual, by rectangle. A marked node that is not drawn marks the "other" it
 * was merged into.
 */
export function notesOf(
  tree: CallTree,
  rectangles: readonly Rectangle[],
  length: number,
): Record<number, string> {
  const drawn = new Map<number, number>();
  const others = new Map<number, number>();
  rectangles.forEach(({ kind, node }, i) => (kind === 'other' ? others : drawn).set(node, i));
  const notes: Record<number, string> = {};
  for (const [marked, reason] of tree.marks) {
    let node = marked;
    while (!drawn.has(node) && node !== tree.parent(node)) node = tree.parent(node);
    const rectangle = (node === marked ? drawn : others).get(node);
    if (rectangle !== undefined) notes[rectangle] = bounded(reason, length);
  }
  return notes;
}
