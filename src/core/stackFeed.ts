/**
 * A profile as a sequence of changes: what a panel in another process needs to keep a copy of it.
 * The copy asks; each answer says what was added since the last one, in pieces of bounded size, so
 * that nobody on the way is busy for long. The sum of all counts sent is what the profile holds.
 *
 * Names may come late: then a stack is sent again with other frames, and one that turned out to be
 * another has its samples taken back, which the other gets.
 */
import type { FrameKind, InternedFrame } from './frame';
import type { ProcessRecord, Profile, StackRecord, ThreadRecord } from './profile';
import type { Label } from './stack';

/** Numbers of frames, processes and stacks are those of the profile. Made for JSON: plain arrays. */
export interface FeedChunk {
  /** Not sent before: number, symbol, name, module, kind. */
  readonly frames: [number, string, string, string, FrameKind][];
  /** New or renamed: number, key, tgid, name. A key of '' is no process: stacks of a bare file. */
  readonly processes: [number, string, number, string][];
  /** New, or with other frames: number of the stack, number of its process, frames from the leaf. */
  readonly stacks: number[][];
  /** Number of a stack, tid, samples added (negative: taken back); and so on. */
  readonly counts: number[];
  /** Number of a stack, its new label, the reason in words. */
  readonly labels: [number, Label, string][];
  /** There is more already: ask again at once. */
  readonly more: boolean;
}

/** Changes of stacks in one piece, about 100 KB as JSON; fewer, where their names are longer. */
const PIECE = 1_000;
const LETTERS = 500_000;

export class StackFeed {
  readonly #names = new Map<ProcessRecord, string>();
  readonly #frames = new Set<number>();
  readonly #stacks = new Map<StackRecord, string>();
  readonly #sentFrames = new Map<StackRecord, StackRecord['frames']>();
  readonly #sent = new Map<ThreadRecord, Map<StackRecord, number>>();
  #walk: Iterator<void> | undefined;
  /** Renamings of the profile up to the last walk. */
  #renamings = 0;
  #chunk = emptyChunk();
  /** Letters of the names in the chunk. */
  #letters = 0;

  constructor(readonly profile: Profile) {}

  /** @param piece changes of stacks at most */
  next(piece = PIECE): FeedChunk {
    const walk = (this.#walk ??= this.#changes());
    let more = true;
    for (let found = 0; more && found < piece && this.#letters < LETTERS; found++) {
      more = walk.next().done !== true;
    }
    if (!more) this.#walk = undefined;
    const chunk = { ...this.#chunk, more };
    this.#chunk = emptyChunk();
    this.#letters = 0;
    return chunk;
  }

  /** Notes every change down; stops at each, so that the caller can make a piece of them. */
  *#changes(): Generator<void> {
    const { renamings } = this.profile;
    const renamed = renamings !== this.#renamings;
    this.#renamings = renamings;
    for (const process of this.profile.processes) {
      if (process.count === 0) continue;
      if (this.#names.get(process) !== process.name) this.#sendProcess(process);
      for (const thread of process.threads.values()) {
        if (renamed) yield* this.#takeBack(thread);
        yield* this.#changesOf(thread);
      }
    }
  }

  *#changesOf(thread: ThreadRecord): Generator<void> {
    const sent = this.#sentOf(thread);
    for (const [record, count] of thread.stacks) {
      const before = sent.get(record) ?? 0;
      const changed = this.#hasChanged(record);
      if (count === before && !changed) continue;
      if (changed) this.#sendStack(record);
      this.#chunk.counts.push(record.id, thread.tid, count - before);
      sent.set(record, count);
      yield;
    }
  }

  /** What was sent of stacks that have become another one. */
  *#takeBack(thread: ThreadRecord): Generator<void> {
    const sent = this.#sentOf(thread);
    for (const [record, count] of sent) {
      if (thread.stacks.has(record)) continue;
      sent.delete(record);
      this.#chunk.counts.push(record.id, thread.tid, -count);
      this.#chunk.labels.push([record.id, null, '']);
      yield;
    }
  }

  #hasChanged(record: StackRecord): boolean {
    const { frames } = record;
    return (
      this.#stacks.get(record) !== labelText(record) || this.#sentFrames.get(record) !== frames
    );
  }

  #sentOf(thread: ThreadRecord): Map<StackRecord, number> {
    let sent = this.#sent.get(thread);
    if (!sent) this.#sent.set(thread, (sent = new Map()));
    return sent;
  }

  #sendProcess(process: ProcessRecord): void {
    this.#names.set(process, process.name);
    this.#chunk.processes.push([process.index, process.key, process.tgid, process.name]);
  }

  #sendStack(record: StackRecord): void {
    if (this.#sentFrames.get(record) !== record.frames) {
      this.#sentFrames.set(record, record.frames);
      for (const frame of record.frames) this.#sendFrame(frame);
      const frames = record.frames.map(({ id }) => id);
      this.#chunk.stacks.push([record.id, record.process.index, ...frames]);
    }
    this.#stacks.set(record, labelText(record));
    if (record.label !== null)
      this.#chunk.labels.push([record.id, record.label, record.reason ?? '']);
  }

  #sendFrame({ id, symbol, name, module, kind }: InternedFrame): void {
    if (this.#frames.has(id)) return;
    this.#frames.add(id);
    this.#letters += symbol.length + name.length + module.length;
    this.#chunk.frames.push([id, symbol, name, module, kind]);
  }
}

function labelText({ label, reason }: StackRecord): string {
  return `${label}${reason ?? ''}`;
}

function emptyChunk(): Omit<FeedChunk, 'more'> {
  return { frames: [], processes: [], stacks: [], counts: [], labels: [] };
}
