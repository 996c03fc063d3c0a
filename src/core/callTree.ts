/**
 * Stacks merged into a tree, root first: `main -> run -> read` and `main -> run -> write` share
 * their beginning. Frames merge by function and kind; the processes and threads that the stacks
 * belong to are the first levels.
 *
 *   self   samples that ended in this node       total   samples that went through it
 *
 * A node keeps its number while stacks are added, so a live view can remember where it is.
 */
import { CallTreeNodes } from './callTreeNodes';
import { OTHER_SYMBOL, type Frame, type FrameKind } from './frame';
import type { CountedStack, ProcessRef } from './stack';

/** Which levels stand above the frames: process and thread, process only, or none. */
export const GROUPINGS = ['thread', 'process', 'none'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** What a node stands for. */
export interface NodeInfo {
  readonly kind: FrameKind | 'root' | 'process' | 'thread';
  readonly symbol: string;
  readonly name: string;
  readonly module: string;
  /** Siblings stand in this order. */
  readonly order: string;
}

export const ROOT = 0;

const ROOT_INFO: NodeInfo = { kind: 'root', symbol: 'all', name: 'all', module: '', order: '' };

export class CallTree {
  readonly #nodes = new CallTreeNodes();
  readonly #infos: NodeInfo[] = [ROOT_INFO];
  readonly #infoByKey = new Map<string, number>();
  /** By the id of an interned frame: the frame, to be sure of its table, and its info. */
  readonly #interned: { readonly frame: Frame; readonly info: number }[] = [];
  readonly #marks = new Map<number, string>();

  constructor(private readonly grouping: Grouping = 'thread') {}

  static of(stacks: Iterable<CountedStack>, grouping?: Grouping): CallTree {
    const tree = new CallTree(grouping);
    for (const stack of stacks) tree.add(stack);
    return tree;
  }

  /**
   * Adds a stack, or more samples of one that was added before.
   *
   * @returns the node where it ends
   */
  add(stack: CountedStack): number {
    const { frames, count } = stack;
    this.#nodes.addTotal(ROOT, count);
    let node = this.#owner(stack);
    for (let i = frames.length - 1; i >= 0; i--) {
      node = this.#step(node, this.#frameInfo(frames[i] as Frame), count);
    }
    this.#nodes.addSelf(node, count);
    if (stack.label === 1) this.#marks.set(node, stack.reason ?? '');
    return node;
  }

  /** Nodes are 0 (the root) to size - 1, every parent before its children. */
  get size(): number {
    return this.#nodes.size;
  }

  info(node: number): NodeInfo {
    return this.#infos[this.#nodes.info(node)] ?? ROOT_INFO;
  }

  /** The root is its own parent. */
  parent(node: number): number {
    return this.#nodes.parent(node);
  }

  self(node: number): number {
    return this.#nodes.self(node);
  }

  total(node: number): number {
    return this.#nodes.total(node);
  }

  /** 0 if it has none. Children are in no order: sort by `compare` what is shown. */
  firstChild(node: number): number {
    return this.#nodes.firstChild(node);
  }

  /** 0 behind the last. */
  nextSibling(node: number): number {
    return this.#nodes.nextSibling(node);
  }

  children(node: number): number[] {
    const children: number[] = [];
    let child = this.firstChild(node);
    for (; child !== 0; child = this.nextSibling(child)) children.push(child);
    return children;
  }

  /**
   * By name, not by count: in a live picture counts overtake each other at every tick, and
   * rectangles that change places cannot be followed. It also makes two recordings comparable.
   */
  readonly compare = (a: number, b: number): number => {
    const [orderA, orderB] = [this.info(a).order, this.info(b).order];
    return orderA < orderB ? -1 : orderA > orderB ? 1 : 0;
  };

  /** Nodes where a stack labelled anomalous ends, with the reason ('' where none was kept). */
  get marks(): ReadonlyMap<number, string> {
    return this.#marks;
  }

  #owner({ process, tid, count }: CountedStack): number {
    if (!process || this.grouping === 'none') return ROOT;
    const node = this.#step(ROOT, this.#processInfo(process), count);
    if (tid === undefined || this.grouping === 'process') return node;
    return this.#step(node, this.#threadInfo(tid), count);
  }

  #step(parent: number, info: number, count: number): number {
    const node = this.#nodes.child(parent, info);
    this.#nodes.addTotal(node, count);
    return node;
  }

  /** Readers intern their frames, so most look-ups need no key. */
  #frameInfo(frame: Frame & { readonly id?: number }): number {
    const { id } = frame;
    const known = id === undefined ? undefined : this.#interned[id];
    if (known?.frame === frame) return known.info;
    const { kind, symbol, module } = frame;
    const info = this.#infoOf(`${kind}\0${module}\0${symbol}`, () => frameInfo(frame));
    if (id !== undefined) this.#interned[id] ??= { frame, info };
    return info;
  }

  #processInfo(process: ProcessRef): number {
    return this.#infoOf(`process\0${process.key}\0${process.name}`, () => processInfo(process));
  }

  #threadInfo(tid: number): number {
    return this.#infoOf(`thread\0${tid}`, () => threadInfo(tid));
  }

  #infoOf(key: string, make: () => NodeInfo): number {
    const known = this.#infoByKey.get(key);
    if (known !== undefined) return known;
    const index = this.#infos.push(make()) - 1;
    this.#infoByKey.set(key, index);
    return index;
  }
}

function frameInfo({ kind, symbol, name, module }: Frame): NodeInfo {
  const order = `${symbol === OTHER_SYMBOL ? '\uffff' : ''}${name}\0${module}\0${kind}`;
  return { kind, symbol, name, module, order };
}

/** `node (1234)`, as everything that shows a process calls it. */
export function processTitle({ key, name }: Pick<ProcessRef, 'key' | 'name'>): string {
  if (name === '') return `process ${key}`;
  return name === key ? name : `${name} (${key})`;
}

function processInfo(process: ProcessRef): NodeInfo {
  const title = processTitle(process);
  const order = `${process.name}\0${padded(process.tgid)}\0${process.key}`;
  // A process may change its name; it is the same place all the same.
  return { kind: 'process', symbol: process.key, name: title, module: '', order };
}

function threadInfo(tid: number): NodeInfo {
  const title = `pid ${tid}`;
  return { kind: 'thread', symbol: title, name: title, module: '', order: padded(tid) };
}

/** Numbers in the order of numbers, not of letters. */
function padded(id: number): string {
  return String(id).padStart(10, '0');
}
