/** The panel's copy of a profile, kept up to date by the chunks of a feed. */
import type { InternedFrame } from '../../core/frame';
import type { Label, ProcessRef } from '../../core/stack';
import type { FeedChunk } from '../../core/stackFeed';

export interface StoredProcess extends ProcessRef {
  readonly index: number;
}

export interface StoredStack {
  readonly id: number;
  readonly process: StoredProcess;
  /** Leaf first. */
  frames: readonly InternedFrame[];
  label: Label;
  reason: string;
}

/** One stack of one thread. */
export interface Entry {
  readonly stack: StoredStack;
  readonly tid: number;
  count: number;
}

export interface Change {
  readonly entry: Entry;
  /** Samples added; negative where they were taken back, for the stack is another one. */
  readonly added: number;
}

export class StackStore {
  readonly #processes: (StoredProcess & { name: string })[] = [];
  readonly #frames: InternedFrame[] = [];
  readonly #stacks: StoredStack[] = [];
  readonly #entries = new Map<string, Entry>();
  #samples = 0;
  #names = 0;

  get entries(): Iterable<Entry> {
    return this.#entries.values();
  }

  get size(): number {
    return this.#entries.size;
  }

  get samples(): number {
    return this.#samples;
  }

  /**
   * Grows when a process changes its name, or a stack its frames: what was built with the old ones
   * is out of date.
   */
  get names(): number {
    return this.#names;
  }

  process(index: number): StoredProcess | undefined {
    return this.#processes[index];
  }

  stack(id: number): StoredStack | undefined {
    return this.#stacks[id];
  }

  get anomalous(): number {
    return this.#stacks.reduce((sum, { label }) => sum + (label === 1 ? 1 : 0), 0);
  }

  apply(chunk: FeedChunk): Change[] {
    for (const [id, symbol, name, module, kind] of chunk.frames) {
      this.#frames[id] = { id, symbol, name, module, kind };
    }
    for (const [index, key, tgid, name] of chunk.processes) this.#name(index, key, tgid, name);
    for (const [id = 0, process = 0, ...frames] of chunk.stacks) this.#add(id, process, frames);
    const unusual = new Set<StoredStack>();
    for (const [id, label, reason] of chunk.labels) {
      const stack = this.#stacks[id];
      if (!stack) continue;
      Object.assign(stack, { label, reason });
      if (label === 1) unusual.add(stack);
    }
    const changes = this.#count(chunk.counts);
    return unusual.size === 0 ? changes : [...changes, ...this.#others(unusual, changes)];
  }

  /** The label is that of the stack: its other threads show it, too, without a new sample. */
  #others(stacks: ReadonlySet<StoredStack>, changes: readonly Change[]): Change[] {
    const told = new Set(changes.map(({ entry }) => entry));
    const others = [...this.entries].filter((entry) => stacks.has(entry.stack) && !told.has(entry));
    return others.map((entry) => ({ entry, added: 0 }));
  }

  #name(index: number, key: string, tgid: number, name: string): void {
    const known = this.#processes[index];
    if (!known) {
      this.#processes[index] = { index, key, tgid, name };
      return;
    }
    known.name = name;
    this.#names++;
  }

  #add(id: number, process: number, frames: readonly number[]): void {
    const owner = this.#processes[process];
    if (!owner) throw new Error(`stack ${id} is of process ${process}, which was not named`);
    const named = frames.map((number) => {
      const frame = this.#frames[number];
      if (!frame) throw new Error(`stack ${id} has frame ${number}, which was not named`);
      return frame;
    });
    const known = this.#stacks[id];
    if (known) {
      known.frames = named;
      this.#names++;
      return;
    }
    this.#stacks[id] = { id, process: owner, frames: named, label: null, reason: '' };
  }

  #count(counts: readonly number[]): Change[] {
    const changes: Change[] = [];
    for (let i = 0; i + 2 < counts.length; i += 3) {
      const [id = 0, tid = 0, added = 0] = counts.slice(i, i + 3);
      const entry = this.#entry(id, tid);
      entry.count += added;
      this.#samples += added;
      if (added < 0) this.#names++;
      if (entry.count <= 0) this.#entries.delete(`${id}/${tid}`);
      else changes.push({ entry, added });
    }
    return changes;
  }

  #entry(id: number, tid: number): Entry {
    const key = `${id}/${tid}`;
    const known = this.#entries.get(key);
    if (known) return known;
    const stack = this.#stacks[id];
    if (!stack) throw new Error(`samples of stack ${id}, which was not described`);
    const entry = { stack, tid, count: 0 };
    this.#entries.set(key, entry);
    return entry;
  }
}
