/**
 * What a panel shows of its store: a part of the recording, merged in some way, as a call tree and
 * as a list of functions. Both grow with the store; only another choice builds them anew.
 */
import { CallTree, ROOT, type Grouping } from '../../core/callTree';
import type { InternedFrame } from '../../core/frame';
import type { CountedStack } from '../../core/stack';
import { FunctionTotals } from './functionTotals';
import { neighboursOf, type Neighbours } from './neighbours';
import { nodeAt, placeOf } from './place';
import { isInScope, scopeOf, type Scope } from './scope';
import type { Change, Entry, StackStore } from './stackStore';

export interface Choice {
  /** Row of the Processes view; '' for everything. */
  readonly row: string;
  readonly grouping: Grouping;
  readonly anomaliesOnly: boolean;
}

export const SHOW_ALL: Choice = { row: '', grouping: 'thread', anomaliesOnly: false };

export class StackView {
  #tree = new CallTree();
  #functions = new FunctionTotals();
  /** Where the stacks of each entry end in the tree. */
  readonly #leaves = new Map<Entry, number>();
  #names = 0;
  #scope: Scope = {};

  constructor(
    private readonly store: StackStore,
    private chosen: Choice = SHOW_ALL,
  ) {
    this.#build();
  }

  get choice(): Choice {
    return this.chosen;
  }

  get tree(): CallTree {
    return this.#tree;
  }

  get functions(): FunctionTotals {
    return this.#functions;
  }

  /**
   * Another part, or merged in another way.
   *
   * @param nodes of the old tree; @returns the same places in the new one
   */
  choose(choice: Choice, nodes: readonly number[] = []): number[] {
    this.chosen = choice;
    return this.#rebuild(nodes);
  }

  /** @returns the nodes, which have other numbers where the tree had to be built anew */
  add(changes: readonly Change[], nodes: readonly number[] = []): number[] {
    if (this.#outdated(changes)) return this.#rebuild(nodes);
    for (const { entry, added } of changes) this.#add(entry, added);
    return [...nodes];
  }

  /** Stacks in view, with their counts. */
  *stacks(): Generator<{ readonly frames: readonly InternedFrame[]; readonly count: number }> {
    for (const { stack, count } of this.#leaves.keys()) yield { frames: stack.frames, count };
  }

  neighbours(of: InternedFrame): Neighbours {
    return neighboursOf(this.stacks(), of);
  }

  /** The heaviest stack that goes through a node. */
  heaviestThrough(node: number): Entry | undefined {
    let heaviest: Entry | undefined;
    for (const [entry, leaf] of this.#leaves) {
      if (heaviest && entry.count <= heaviest.count) continue;
      if (this.#isAbove(node, leaf)) heaviest = entry;
    }
    return heaviest;
  }

  /** What goes through a node, as a tree of its own. */
  through(node: number): CallTree {
    const tree = new CallTree(this.chosen.grouping);
    for (const [entry, leaf] of this.#leaves) {
      if (this.#isAbove(node, leaf)) tree.add(countedStack(entry, entry.count));
    }
    return tree;
  }

  /** The largest node of a function; the root when there is none. */
  largestOf(frame: InternedFrame): number {
    let largest = ROOT;
    for (let node = 1; node < this.#tree.size; node++) {
      if (largest !== ROOT && this.#tree.total(node) <= this.#tree.total(largest)) continue;
      if (isFunction(this.#tree, node, frame)) largest = node;
    }
    return largest;
  }

  #isAbove(node: number, leaf: number): boolean {
    let at = leaf;
    // Parents have smaller numbers than their children.
    while (at > node) at = this.#tree.parent(at);
    return at === node;
  }

  /** A tree can only grow: what changes its name or comes into view later needs a new one. */
  #outdated(changes: readonly Change[]): boolean {
    if (this.#names !== this.store.names) return true;
    if (!this.chosen.anomaliesOnly) return false;
    return changes.some(({ entry }) => entry.stack.label === 1 && !this.#leaves.has(entry));
  }

  #rebuild(nodes: readonly number[]): number[] {
    const places = nodes.map((node) => placeOf(this.#tree, node));
    this.#build();
    return places.map((place) => nodeAt(this.#tree, place));
  }

  #build(): void {
    this.#tree = new CallTree(this.chosen.grouping);
    this.#functions = new FunctionTotals();
    this.#leaves.clear();
    this.#names = this.store.names;
    this.#scope = scopeOf(this.chosen.row);
    for (const entry of this.store.entries) this.#add(entry, entry.count);
  }

  #add(entry: Entry, count: number): void {
    const { stack } = entry;
    if (this.chosen.anomaliesOnly && stack.label !== 1) return;
    if (!isInScope(this.#scope, entry)) return;
    this.#leaves.set(entry, this.#tree.add(countedStack(entry, count)));
    this.#functions.add(stack.frames, count);
  }
}

function countedStack({ stack, tid }: Entry, count: number): CountedStack {
  const { process, frames, label, reason } = stack;
  const owner = process.key === '' ? {} : { process, tid };
  return { frames, count, label, reason, ...owner };
}

export function isFunction(tree: CallTree, node: number, frame: InternedFrame): boolean {
  const { kind, module, symbol } = tree.info(node);
  return symbol === frame.symbol && module === frame.module && kind === frame.kind;
}
