/**
 * What a recording holds: process -> thread -> function-level stack, with counts from the start.
 *
 * A process here is one life of a pid: after exec, or when the pid is given to another process, a
 * new one begins, with its own entry. The stacks of a process are shared by its threads. Names and
 * stacks outlive the process they came from. Samples are added, and none is ever taken away; but
 * when names come late, two stacks may turn out to be one, which then has the samples of both.
 */
import { FrameTable, OTHER_SYMBOL, type InternedFrame } from './frame';
import { SmallMap } from './smallMap';
import type { CountedStack, Label, ProcessRef } from './stack';

/** One function-level stack of one process. */
export interface StackRecord {
  /** Unique in the recording. */
  readonly id: number;
  readonly process: ProcessRecord;
  /** Leaf first. Another array once some of them have got their names. */
  frames: readonly InternedFrame[];
  count: number;
  /** Addresses of the most often sampled variant, one per frame, in hex; read when written. */
  addresses: () => readonly string[];
  label: Label;
  /** Why it was last labelled 1, in words. */
  reason?: string;
  /** It turned out to be the same stack as this one, which has its samples; see `survivorOf`. */
  mergedInto?: StackRecord;
}

/** The stack that has the samples of this one now: nearly always itself. */
export function survivorOf(record: StackRecord): StackRecord {
  let survivor = record;
  while (survivor.mergedInto) survivor = survivor.mergedInto;
  return survivor;
}

export interface ThreadRecord {
  readonly tid: number;
  count: number;
  readonly stacks: SmallMap<StackRecord, number>;
}

export interface ProcessRecord extends ProcessRef {
  /** The last comm it was seen with. */
  name: string;
  /** Position among the processes of the recording, from 0. */
  readonly index: number;
  count: number;
  readonly threads: SmallMap<number, ThreadRecord>;
  readonly stacks: SmallMap<string, StackRecord>;
}

const NO_ADDRESSES = (): readonly string[] => [];

export class Profile {
  readonly frames = new FrameTable();
  readonly processes: ProcessRecord[] = [];
  readonly #lives = new Map<number, number>();
  /** The frames of what found no room: one array for all processes. */
  readonly #other: readonly [InternedFrame];
  #nextStackId = 0;
  #entries = 0;
  #folded = 0;
  #renamings = 0;

  /** @param maxStacks bound on thread and stack pairs; further ones are counted as `[other]` */
  constructor(private readonly maxStacks: number) {
    const name = OTHER_SYMBOL;
    this.#other = [this.frames.intern({ symbol: name, name, module: '', kind: 'unknown' })];
  }

  /** A process not seen before; the second life of a tgid gets the key `"<tgid>.2"`. */
  addProcess(tgid: number, name: string, key = this.#nextKey(tgid)): ProcessRecord {
    const index = this.processes.length;
    const threads = new SmallMap<number, ThreadRecord>();
    const stacks = new SmallMap<string, StackRecord>();
    const process = { key, tgid, name, index, count: 0, threads, stacks };
    this.processes.push(process);
    return process;
  }

  #nextKey(tgid: number): string {
    const life = (this.#lives.get(tgid) ?? 0) + 1;
    this.#lives.set(tgid, life);
    return life === 1 ? String(tgid) : `${tgid}.${life}`;
  }

  /**
   * The record of this function-level stack in this process, made on first sight; `[other]` when
   * there is no room for another.
   */
  stack(process: ProcessRecord, frames: readonly InternedFrame[]): StackRecord {
    const known = process.stacks.get(stackKey(frames));
    if (known) return known;
    return this.#entries < this.maxStacks ? this.#make(process, frames) : this.#otherOf(process);
  }

  /** Whether this stands for what found no room. */
  isOther({ frames }: StackRecord): boolean {
    return frames[0] === this.#other[0];
  }

  #otherOf(process: ProcessRecord): StackRecord {
    return process.stacks.get(stackKey(this.#other)) ?? this.#make(process, this.#other);
  }

  #make(process: ProcessRecord, frames: readonly InternedFrame[]): StackRecord {
    const record: StackRecord = {
      id: this.#nextStackId++,
      process,
      frames,
      count: 0,
      addresses: NO_ADDRESSES,
      label: null,
    };
    process.stacks.set(stackKey(frames), record);
    return record;
  }

  /** Adds samples to a thread; returns the record they were counted under. */
  add(record: StackRecord, tid: number, count: number): StackRecord {
    const thread = this.#thread(record.process, tid);
    const counted = this.#admit(thread, this.#placed(record), count);
    thread.stacks.set(counted, (thread.stacks.get(counted) ?? 0) + count);
    thread.count += count;
    counted.count += count;
    record.process.count += count;
    return counted;
  }

  /**
   * Puts frames in the place of others in all stacks of a process. A stack keeps its record, unless
   * the process has one with the same frames already: then the samples of both are there, thread by
   * thread, and the other record is left without any. The sum of all counts stays what it was.
   *
   * @returns what was merged, and into what
   */
  replaceFrames(
    process: ProcessRecord,
    names: ReadonlyMap<InternedFrame, InternedFrame>,
  ): ReadonlyMap<StackRecord, StackRecord> {
    const changed = [...process.stacks].filter(([, { frames }]) =>
      frames.some((frame) => names.has(frame)),
    );
    // All of them leave their places first: one may have to go where another one is.
    for (const [key] of changed) process.stacks.delete(key);
    const merged = new Map<StackRecord, StackRecord>();
    for (const [, record] of changed) {
      record.frames = record.frames.map((frame) => names.get(frame) ?? frame);
      const known = process.stacks.get(stackKey(record.frames));
      if (known) merged.set(record, known);
      else process.stacks.set(stackKey(record.frames), record);
    }
    if (changed.length > 0) this.#renamings++;
    if (merged.size > 0) this.#merge(process, merged);
    return merged;
  }

  #merge(process: ProcessRecord, merged: ReadonlyMap<StackRecord, StackRecord>): void {
    for (const { stacks } of process.threads.values()) {
      // By whichever are fewer: there may be thousands of threads, and of stacks.
      const affected = merged.size < stacks.size ? merged.keys() : [...stacks.keys()];
      for (const record of affected) this.#move(stacks, record, merged.get(record));
    }
    for (const [record, into] of merged) absorb(into, record);
  }

  #move(stacks: SmallMap<StackRecord, number>, record: StackRecord, into?: StackRecord): void {
    const count = stacks.get(record);
    if (count === undefined || !into) return;
    stacks.delete(record);
    if (stacks.has(into)) this.#entries--;
    stacks.set(into, (stacks.get(into) ?? 0) + count);
  }

  /** Grows whenever stacks get other frames, or become one: what was built of them is out of date. */
  get renamings(): number {
    return this.#renamings;
  }

  /** Thread and stack pairs: the entries of `stack_count.log`. */
  get entries(): number {
    return this.#entries;
  }

  /** Samples counted under `[other]` because of `maxStacks`. */
  get folded(): number {
    return this.#folded;
  }

  /** All entries, process by process. */
  *countedStacks(only?: (process: ProcessRecord) => boolean): Generator<CountedStack> {
    for (const process of this.processes) {
      if (process.count === 0 || (only && !only(process))) continue;
      for (const thread of process.threads.values()) yield* entriesOf(process, thread);
    }
  }

  #thread(process: ProcessRecord, tid: number): ThreadRecord {
    let thread = process.threads.get(tid);
    if (!thread) process.threads.set(tid, (thread = { tid, count: 0, stacks: new SmallMap() }));
    return thread;
  }

  /** One that found no room before has lost its place; there may be room for it by now. */
  #placed(record: StackRecord): StackRecord {
    if (record.count > 0) return record;
    const { stacks } = record.process;
    const key = stackKey(record.frames);
    const known = stacks.get(key);
    if (!known) stacks.set(key, record);
    return known ?? record;
  }

  #admit(thread: ThreadRecord, record: StackRecord, count: number): StackRecord {
    if (!this.isOther(record)) {
      if (thread.stacks.has(record)) return record;
      if (this.#entries < this.maxStacks) {
        this.#entries++;
        return record;
      }
    }
    this.#folded += count;
    const other = this.#otherOf(record.process);
    if (!thread.stacks.has(other)) this.#entries++;
    if (record !== other && record.count === 0)
      record.process.stacks.delete(stackKey(record.frames));
    return other;
  }
}

function absorb(into: StackRecord, record: StackRecord): void {
  into.count += record.count;
  if (record.label !== null) into.label = Math.max(record.label, into.label ?? 0) as Label;
  if (record.reason !== undefined) into.reason ??= record.reason;
  record.count = 0;
  record.label = null;
  delete record.reason;
  record.mergedInto = into;
}

function stackKey(frames: readonly InternedFrame[]): string {
  return frames.map((frame) => frame.id).join(',');
}

function* entriesOf(process: ProcessRecord, thread: ThreadRecord): Generator<CountedStack> {
  for (const [record, count] of thread.stacks) {
    yield {
      frames: record.frames,
      // Few readers want them, and making them costs more than all the rest.
      get addresses() {
        return record.addresses();
      },
      count,
      process,
      tid: thread.tid,
      id: String(record.id),
      label: record.label,
      ...(record.reason === undefined ? {} : { reason: record.reason }),
    };
  }
}
