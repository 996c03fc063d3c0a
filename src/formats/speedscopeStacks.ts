/**
 * The stacks of a recording as speedscope's format wants them: frames by number, and every stack
 * with its place in the order of their names.
 */
import { processTitle } from '../core/callTree';
import type { InternedFrame } from '../core/frame';
import { printable } from '../core/printable';
import type { ProcessRef } from '../core/stack';
import type { SpeedscopeFrame } from './speedscope';

/** A stack of a recording: one object for all its samples. */
export interface RecordedStack {
  readonly process: ProcessRef;
  /** Leaf first. */
  readonly frames: readonly InternedFrame[];
}

export interface PlacedStack {
  readonly process: ProcessRef;
  /** The numbers of the frames, root first, separated by commas. */
  readonly text: string;
}

/** Samples of one stack that were taken at about the same time. */
export interface Sample {
  readonly stack: PlacedStack;
  readonly count: number;
}

type Counts = ReadonlyMap<RecordedStack, number>;

interface Unplaced {
  readonly stack: RecordedStack;
  readonly path: readonly number[];
}

export class StackTable {
  readonly frames: SpeedscopeFrame[] = [];
  readonly #processFrames = new Map<ProcessRef, number>();
  readonly #ranks = new Map<RecordedStack, number>();
  readonly #ranked: PlacedStack[] = [];

  constructor(all: readonly Counts[]) {
    const stacks = distinct(all.map((counts) => counts.keys()));
    const numbers = this.#numberFrames(distinct(stacks.map(({ frames }) => frames)));
    this.#numberProcesses(distinct([stacks.map(({ process }) => process)]));
    const unplaced = stacks.map((stack) => ({ stack, path: pathOf(stack, numbers) }));
    unplaced.sort((a, b) => this.#compare(a, b));
    for (const { stack, path } of unplaced) {
      this.#ranks.set(stack, this.#ranked.length);
      this.#ranked.push({ process: stack.process, text: path.join(',') });
    }
  }

  processFrame(process: ProcessRef): number {
    return this.#processFrames.get(process) ?? 0;
  }

  inOrder(counts: Counts): Sample[] {
    return [...counts]
      .map(([stack, count]) => ({ rank: this.#ranks.get(stack) ?? 0, count }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ rank, count }) => ({ stack: this.#ranked[rank] as PlacedStack, count }));
  }

  /** Numbers the frames by name, so that numbers compare as names do. */
  #numberFrames(frames: InternedFrame[]): ReadonlyMap<InternedFrame, number> {
    frames.sort((a, b) => compareText(a.name, b.name) || a.id - b.id);
    return new Map(frames.map((frame) => [frame, this.#push(frame.name, frame.module)]));
  }

  #numberProcesses(processes: ProcessRef[]): void {
    processes.sort((a, b) => compareText(a.name, b.name) || a.tgid - b.tgid);
    for (const process of processes) {
      this.#processFrames.set(process, this.#push(processTitle(process), ''));
    }
  }

  #push(name: string, module: string): number {
    const frame = { name: printable(name), ...(module === '' ? {} : { file: printable(module) }) };
    return this.frames.push(frame) - 1;
  }

  #compare(a: Unplaced, b: Unplaced): number {
    const [first, second] = [a.stack.process, b.stack.process];
    return this.processFrame(first) - this.processFrame(second) || comparePaths(a.path, b.path);
  }
}

function pathOf({ frames }: RecordedStack, numbers: ReadonlyMap<InternedFrame, number>): number[] {
  return frames.map((frame) => numbers.get(frame) ?? 0).reverse();
}

function comparePaths(a: readonly number[], b: readonly number[]): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function distinct<Item>(lists: readonly Iterable<Item>[]): Item[] {
  const items = new Set<Item>();
  for (const list of lists) for (const item of list) items.add(item);
  return [...items];
}
