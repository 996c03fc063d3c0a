/**
 * Turns what the outside says into a profile, tick by tick. Pure: it asks for what it needs through
 * `onRequest` and goes on when the answers are fed to it, so a replay gives the same result.
 *
 *   lines -> ticks -> (addresses named) -> function-level stacks -> profile, accounting, onTick
 *
 * A name may come after its tick was counted: until then the stack is counted under its addresses,
 * and then it is put right.
 */
import { Accounting, type Totals } from '../core/accounting';
import { Profile, type StackRecord } from '../core/profile';
import {
  lifeKey,
  type Answers,
  type LifeKey,
  type Nanoseconds,
  type SourceEvent,
  type TickRequest,
} from './events';
import type { StackParts } from './printedStack';
import { StackResolver, type PendingEntry } from './stackResolver';
import { TickReader, type RawTick, type TickEvent } from './tickReader';

export interface SessionOptions {
  readonly stacks: StackParts;
  readonly keys: number;
  readonly maxStacks: number;
}

/** Samples of one thread with one stack. */
export interface CountedSamples {
  readonly record: StackRecord;
  readonly tid: number;
  readonly count: number;
}

/** A tick that has been counted. */
export interface CompletedTick extends Pick<
  RawTick,
  'index' | 'run' | 'at' | 'seconds' | 'final' | 'load' | 'fired'
> {
  /** Samples in it that have no stack. */
  readonly stackless: number;
  /** Samples added to each stack, by this tick. */
  readonly added: ReadonlyMap<StackRecord, number>;
  /** The same, thread by thread. */
  readonly samples: readonly CountedSamples[];
  readonly totals: Totals;
}

/** How one run of bpftrace ended. A run that did not finish leaves an incomplete tick behind. */
export interface RunEnd {
  readonly status: number;
  readonly complete: boolean;
}

export interface SessionHooks {
  /** @param run number of this run of bpftrace, from 1 */
  onReady?(run: number): void;
  onProcess?(key: LifeKey, tgid: number, maps: string): void;
  onRequest?(request: TickRequest): void;
  onTick?(tick: CompletedTick): void;
  /** Names came late, and each of these stacks turned out to be another one. */
  onMerged?(merged: ReadonlyMap<StackRecord, StackRecord>): void;
  onRunEnd?(end: RunEnd): void;
  onMessage?(tag: string, text: string): void;
}

/** `HELLO 1 0.23.2 x86_64`: protocol, bpftrace, machine. */
export interface HelperHello {
  readonly version: string;
  readonly machine: string;
  /** bpftrace <= 0.20: the stack maps' buckets collide and are never freed, so it is renewed. */
  readonly stacksCollide: boolean;
}

export function readHello(text: string): HelperHello | undefined {
  const found = /^HELLO 1 ((\d{1,9})\.(\d{1,9})[\d.]{0,20}) (\S{1,20})$/.exec(text);
  if (!found) return undefined;
  const [, version = '', major, minor, machine = ''] = found;
  return { version, machine, stacksCollide: Number(major) === 0 && Number(minor) <= 20 };
}

/** As a shell says it of a program that it could not start. */
const NO_STATUS = 127;

interface PendingTick {
  readonly tick: RawTick;
  readonly pending: readonly PendingEntry[];
  /** Something it needs has not been answered yet. */
  waiting: boolean;
}

export class Session {
  readonly profile: Profile;
  readonly #accounting = new Accounting();
  readonly #resolver: StackResolver;
  readonly #reader = new TickReader();
  /** In the order they were printed, which is the order they are counted in. */
  readonly #pending: PendingTick[] = [];
  #held: PendingTick | undefined;
  /** Stacks should be sampled, and are not: the next READY, or the end, says how many that were. */
  #renewing = false;
  /** The last READY was followed by no end. */
  #running = false;
  /** When the end was asked for, by the kernel's clock. */
  #stoppedAt: Nanoseconds | undefined;
  /** Samples a second, and samples, of the last whole tick. */
  #rate = 0;
  #fired = 0;
  #helper: HelperHello | undefined;

  constructor(
    private readonly options: SessionOptions,
    private readonly hooks: SessionHooks,
  ) {
    this.profile = new Profile(options.maxStacks);
    this.#resolver = new StackResolver(this.profile, options.stacks);
  }

  get totals(): Totals {
    return this.#accounting.totals;
  }

  /** What the helper said of itself, once it has. */
  get helper(): HelperHello | undefined {
    return this.#helper;
  }

  /**
   * No bpftrace runs for now, and what fires meanwhile is not lost.
   * @param lossless it could print its last maps: else what was in them is about a tick's samples
   */
  paused(lossless: boolean): void {
    this.#renewing = this.#running = false;
    if (!lossless) this.#accounting.gap(this.#fired);
  }

  feed(event: SourceEvent): void {
    switch (event.kind) {
      case 'output':
        return this.#reader.push(event.line).forEach((one) => this.#read(one));
      case 'message':
        return this.#message(event.line);
      case 'answers':
        return this.#answered(event.answers);
      case 'names':
        return this.#learn(event.answers);
      case 'renewal':
        this.#renewing = true;
        return;
      case 'gone':
        return this.#reader.exit(NO_STATUS).forEach((one) => this.#read(one));
      case 'stop':
        this.#stoppedAt = event.at;
        return;
      case 'end':
        return this.#ended(event.at);
      default:
        return;
    }
  }

  /**
   * No name comes any more: what waits for one is counted without. What should have been sampled
   * since the last tick is lost.
   */
  #ended(at: Nanoseconds | undefined): void {
    this.#held = undefined;
    for (const pending of this.#pending) pending.waiting = false;
    this.#drain();
    this.#merged(this.#resolver.giveUp());
    const until = this.#stoppedAt ?? at;
    if (until === undefined || !(this.#running || this.#renewing)) return;
    this.#accounting.gap(Math.round(this.#rate * this.#reader.secondsSince(until)));
  }

  /**
   * `B WARNING: ...`: the tag, a blank, the text. S and M are the helper's, B is bpftrace's; our own
   * source adds R (a replay that broke off), T (the wall clock at READY) and Z (seconds slept).
   */
  #message(line: string): void {
    const [, tag = '?', text = line] = /^([SBMRTZ]) (.*)$/s.exec(line) ?? [];
    const hello = tag === 'S' ? readHello(text) : undefined;
    if (hello) this.#greet(hello);
    this.hooks.onMessage?.(tag, text);
  }

  #greet(hello: HelperHello): void {
    this.#helper = hello;
    this.#accounting.stacklessReason = hello.stacksCollide ? 'collision' : 'stackless';
  }

  #read(event: TickEvent): void {
    switch (event.kind) {
      case 'ready':
        return this.#ready(event);
      case 'process':
        return this.#process(event);
      case 'begin':
        return this.#ask();
      case 'tick':
        return this.#take(event.tick);
      case 'end':
        if (event.complete) this.#running = false;
        return this.hooks.onRunEnd?.({ status: event.status, complete: event.complete });
      case 'unread':
        return this.hooks.onMessage?.('?', event.line);
    }
  }

  #ready({ run, idleSeconds }: TickEvent & { kind: 'ready' }): void {
    if (this.#renewing) this.#accounting.gap(Math.round(this.#rate * idleSeconds));
    this.#renewing = false;
    this.#running = true;
    this.hooks.onReady?.(run);
  }

  #process(event: TickEvent & { kind: 'process' }): void {
    const key = lifeKey(event.tgid, event.life);
    this.#resolver.announce(key, event.name);
    this.hooks.onProcess?.(key, event.tgid, event.maps);
    if (this.#held && this.#resolver.knowsAll(this.#held.pending)) this.#ask();
  }

  #take(tick: RawTick): void {
    if (!tick.final && tick.seconds > 0) {
      this.#rate = tick.fired / tick.seconds;
      this.#fired = tick.fired;
    }
    const pending = tick.entries.map((entry) => this.#resolver.pendingEntry(entry));
    this.#held = { tick, pending, waiting: true };
    this.#pending.push(this.#held);
    if (this.#resolver.knowsAll(pending)) this.#ask();
  }

  /**
   * Announcements come through another CPU's buffer than the tick and may be a little late: a tick
   * that names a stranger is held until the last of them, or the next thing that is printed.
   */
  #ask(): void {
    const held = this.#held;
    if (!held) return;
    this.#held = undefined;
    if (this.#pending.length === 1) this.#resolver.tidy();
    const request = this.#resolver.missing(held.pending, held.tick.index);
    held.waiting = request !== undefined;
    if (request) this.hooks.onRequest?.(request);
    this.#drain();
  }

  #answered(answers: Answers): void {
    this.#learn(answers);
    // They come in the order of the ticks: an earlier one that still waits has none to wait for.
    for (const pending of this.#pending)
      if (pending.tick.index <= answers.tick) pending.waiting = false;
    this.#drain();
  }

  #learn(answers: Answers): void {
    this.#merged(this.#resolver.learn(answers));
  }

  #merged(merged: ReadonlyMap<StackRecord, StackRecord>): void {
    if (merged.size > 0) this.hooks.onMerged?.(merged);
  }

  /** Ticks are counted in order, each as soon as its names are known. */
  #drain(): void {
    for (let next = this.#pending[0]; next && !next.waiting; next = this.#pending[0]) {
      this.#pending.shift();
      this.#count(next);
    }
  }

  #count({ tick, pending }: PendingTick): void {
    const added = new Map<StackRecord, number>();
    const samples: CountedSamples[] = [];
    let recorded = 0;
    let stackless = 0;
    for (const pendingEntry of pending) {
      const { entry } = pendingEntry;
      const record = this.#resolver.record(pendingEntry);
      if (!record) {
        stackless += entry.count;
        continue;
      }
      const counted = this.profile.add(record, entry.tid, entry.count);
      added.set(counted, (added.get(counted) ?? 0) + entry.count);
      samples.push({ record: counted, tid: entry.tid, count: entry.count });
      recorded += entry.count;
    }
    const { entries, outside, ...rest } = tick;
    const full = entries.length >= this.options.keys;
    this.#accounting.add({ fired: tick.fired, outside, recorded, stackless, full });
    this.hooks.onTick?.({ ...rest, stackless, added, samples, totals: this.totals });
  }
}
