/** What a node of the picture is called elsewhere: as a row of the view, in a menu, as folded text. */
import { ROOT, type CallTree } from '../../src/core/callTree';
import { printable } from '../../src/core/printable';
import { rowId } from '../../src/core/rowId';
import type { Rectangle } from '../../src/flamegraph/layout';
import { scopeOf } from '../../src/flamegraph/live/scope';
import type { Entry, StackStore } from '../../src/flamegraph/live/stackStore';
import type { StackView } from '../../src/flamegraph/live/stackView';
import type { FromPage } from '../../src/messages/panelMessages';
import { LEVELS } from '../../src/flamegraph/wording';

/** Id of its row in the Processes view: that of the frame, process or thread, where it ran most. */
export function rowOf(view: StackView, node: number): string | undefined {
  const entry = view.heaviestThrough(node);
  if (!entry || node === ROOT) return undefined;
  const { stack, tid } = entry;
  const { index: process, key } = stack.process;
  if (key === '') return undefined;
  const { kind } = view.tree.info(node);
  if (kind === 'process') return rowId({ kind, process });
  if (kind === 'thread') return rowId({ kind, process, tid });
  const frame = depthOf(view.tree, node, entry);
  return rowId({ kind: 'frame', process, tid, stack: stack.id, frame });
}

/** Position from the leaf of the frame that a node stands for. */
function depthOf(tree: CallTree, node: number, { stack }: Entry): number {
  let fromRoot = -1;
  for (let at = node; at !== ROOT; at = tree.parent(at)) {
    const { kind } = tree.info(at);
    if (kind !== 'process' && kind !== 'thread') fromRoot++;
  }
  return stack.frames.length - 1 - fromRoot;
}

/** `known (1234), pid 1235`; '' for everything. */
export function rowTitle(store: StackStore, row: string): string {
  const { process: index, tid, stack } = scopeOf(row);
  const process = index === undefined ? undefined : store.process(index);
  if (!process) return '';
  const parts = [`${printable(process.name)} (${process.key})`];
  if (tid !== undefined) parts.push(`pid ${tid}`);
  if (stack !== undefined) parts.push('one stack');
  return parts.join(', ');
}

/** What the commands of a menu are told, as VS Code wants it. */
export type MenuData = Readonly<Record<string, unknown>>;

/** A place without a function offers nothing. */
const NO_MENU: MenuData = { preventDefaultContextMenuItems: true };

export function menuOf(tree: CallTree, rectangle: Rectangle | undefined): MenuData {
  if (!rectangle || rectangle.kind === 'other' || rectangle.node === ROOT) return NO_MENU;
  const { node } = rectangle;
  const folded = `${pathNames(tree, node).join(';')} ${tree.total(node)}`;
  return { ...functionMenu(tree.info(node).name), folded };
}

export function functionMenu(name: string): MenuData {
  // What is copied may be pasted into a terminal.
  const safe = printable(name);
  return { webviewSection: 'function', preventDefaultContextMenuItems: true, name: safe };
}

/** To its source: only a function has one. */
export function goToRequest(tree: CallTree, { node, kind }: Rectangle): FromPage | undefined {
  const { kind: level, name } = tree.info(node);
  if (kind === 'other' || LEVELS.has(level)) return undefined;
  return { type: 'goToFunction', name };
}

export function copyRequest(tree: CallTree, { node, kind }: Rectangle): FromPage | undefined {
  if (kind === 'other') return undefined;
  return { type: 'copy', text: printable(tree.info(node).name), what: 'the name' };
}

function pathNames(tree: CallTree, node: number): string[] {
  const names: string[] = [];
  for (let at = node; at !== ROOT; at = tree.parent(at)) {
    names.unshift(printable(tree.info(at).name).replaceAll(';', ':'));
  }
  return names;
}
