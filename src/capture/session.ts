/**
 * Turns what the outside says into a profile, tick by tick. Pure: it asks for what it needs through
 * `onRequest` and goes on when the answers are fed to it, so a replay gives the same result.
 *
 *   lines -> entries -> (addresses named) -> function-level stacks -> profile, accounting, onTick
 */
import { Accounting, type Totals } from '../core/accounting';
import { Profile, type StackRecord } from '../core/profile';
import {
  BpftraceOutputParser,
  type OutputEvent,
  type Slot,
  type StackEntry,
} from './bpftraceOutput';
import { lifeKey, type Answers, type LifeKey, type SourceEvent, type TickRequest } from './events';
import type { StackParts } from './printedStack';
import { StackResolver } from './stackResolver';

export interface SessionOptions {
  readonly stacks: StackParts;
  readonly keys: number;
  readonly maxStacks: number;
}

/** A tick that has been counted. Times are in seconds of the kernel's clock. */
export interface CompletedTick {
  readonly index: number;
  /** Since the first READY of the recording. */
  readonly at: number;
  /** How long stacks were being counted for this tick. */
  readonly seconds: number;
  /** Samples added to each stack, by this tick. */
  readonly added: ReadonlyMap<StackRecord, number>;
  /** What a run of bpftrace left behind at its end: less than a tick. */
  readonly final: boolean;
  /** Largest number of runnable tasks on one CPU, where the gate measures it. */
  readonly load: number | undefined;
  readonly totals: Totals;
}

/** How one run of bpftrace ended. A run that did not finish leaves an incomplete tick behind. */
export interface RunEnd {
  readonly status: number;
  readonly complete: boolean;
}

export interface SessionHooks {
  onReady?(): void;
  onProcess?(key: LifeKey, tgid: number, maps: string): void;
  onRequest?(request: TickRequest): void;
  onTick?(tick: CompletedTick): void;
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
  const found = /^HELLO 1 ((\d+)\.(\d+)[\d.]*) (\S+)$/.exec(text);
  if (!found) return undefined;
  const [, version = '', major, minor, machine = ''] = found;
  return { version, machine, stacksCollide: Number(major) === 0 && Number(minor) <= 20 };
}

interface OpenTick {
  readonly entries: StackEntry[];
  readonly nanoseconds: number;
  readonly final: boolean;
}

interface ClosedTick {
  readonly index: number;
  readonly entries: readonly StackEntry[];
  readonly at: number;
  readonly seconds: number;
  readonly fired: number;
  readonly outside: number;
  readonly load: number | undefined;
  readonly final: boolean;
  /** Something it needs has not been answered yet. */
  waiting: boolean;
}

type Counters = Record<'fired' | 'outside', Record<Slot, number>>;

const zeroCounters = (): Counters => ({ fired: { a: 0, b: 0 }, outside: { a: 0, b: 0 } });

export class Session {
  readonly profile: Profile;
  readonly #accounting: Accounting;
  readonly #resolver: StackResolver;
  readonly #parser = new BpftraceOutputParser();
  readonly #waiting: ClosedTick[] = [];
  #open: OpenTick | undefined;
  #held: ClosedTick | undefined;
  #counters = zeroCounters();
  #counted = zeroCounters();
  #load: number | undefined;
  #ticks = 0;
  #origin: number | undefined;
  #lastTick = 0;
  /** The next READY ends a renewal: what fired meanwhile is estimated from the rate before. */
  #renewing = false;
  #rate = 0;
  #helper: HelperHello | undefined;

  constructor(
    private readonly options: SessionOptions,
    private readonly hooks: SessionHooks,
  ) {
    this.profile = new Profile(options.maxStacks);
    this.#accounting = new Accounting();
    this.#resolver = new StackResolver(this.profile, options.stacks);
  }

  get totals(): Totals {
    return this.#accounting.totals;
  }

  feed(event: SourceEvent): void {
    if (event.kind === 'output') this.#output(event.line);
    else if (event.kind === 'message') this.#message(event.line);
    else if (event.kind === 'answers') this.#answered(event.answers);
    else if (event.kind === 'renewal') this.#renewing = true;
  }

  /** What the helper said of itself, once it has. */
  get helper(): HelperHello | undefined {
    return this.#helper;
  }

  #output(line: string): void {
    const event = this.#parser.push(line);
    if (event) this.#handle(event);
  }

  /** `B WARNING: ...`: the tag, a blank, the text. */
  #message(line: string): void {
    const [, tag = '?', text = line] = /^([SBMR]) (.*)$/s.exec(line) ?? [];
    const hello = tag === 'S' ? readHello(text) : undefined;
    if (hello) this.#greet(hello);
    this.hooks.onMessage?.(tag, text);
  }

  #greet(hello: HelperHello): void {
    this.#helper = hello;
    this.#accounting.stacklessReason = hello.stacksCollide ? 'collision' : 'stackless';
  }

  #handle(event: OutputEvent): void {
    switch (event.kind) {
      case 'ready':
        return this.#ready(event.nanoseconds);
      case 'process':
        return this.#process(event);
      case 'tick':
        return this.#openTick(event.nanoseconds, false);
      case 'entry':
        this.#open?.entries.push(event.entry);
        return;
      case 'counter':
        this.#counters[event.name][event.slot] = event.value;
        return;
      case 'load':
        this.#load = event.value;
        return;
      case 'tock':
        return this.#closeTick();
      case 'final':
        return this.#openTick(event.nanoseconds, true);
      case 'exit':
        return this.#exit(event.status);
      case 'unread':
        return this.hooks.onMessage?.('?', event.line);
    }
  }

  #ready(nanoseconds: number): void {
    this.#origin ??= nanoseconds;
    if (this.#renewing) this.#bridge(Math.max(0, nanoseconds - this.#lastTick) / 1e9);
    this.#renewing = false;
    this.#lastTick = nanoseconds;
    this.#counters = zeroCounters();
    this.#counted = zeroCounters();
    this.hooks.onReady?.();
  }

  #bridge(seconds: number): void {
    this.#accounting.gap(Math.round(this.#rate * seconds));
  }

  #process(event: OutputEvent & { kind: 'process' }): void {
    const key = lifeKey(event.tgid, event.life);
    this.#resolver.announce(key, event.name);
    this.hooks.onProcess?.(key, event.tgid, event.maps);
    if (this.#held && this.#resolver.knowsAll(this.#held.entries)) this.#ask();
  }

  #openTick(nanoseconds: number, final: boolean): void {
    this.#ask();
    this.#open = { entries: [], nanoseconds, final };
  }

  #closeTick(): void {
    const open = this.#open;
    if (!open) return;
    this.#open = undefined;
    const seconds = Math.max(0, open.nanoseconds - this.#lastTick) / 1e9;
    this.#lastTick = open.nanoseconds;
    const fired = this.#growth('fired');
    if (seconds > 0.5) this.#rate = fired / seconds;
    const tick: ClosedTick = {
      index: this.#ticks++,
      entries: open.entries,
      at: (open.nanoseconds - (this.#origin ?? open.nanoseconds)) / 1e9,
      seconds,
      fired,
      outside: this.#growth('outside'),
      load: this.#takeLoad(),
      final: open.final,
      waiting: true,
    };
    this.#waiting.push(tick);
    this.#held = tick;
    if (this.#resolver.knowsAll(tick.entries)) this.#ask();
  }

  /**
   * Announcements come through another CPU's buffer than the tick and may be a little late: a tick
   * that names a stranger is held until the last of them, or the next thing that is printed.
   */
  #ask(): void {
    const tick = this.#held;
    if (!tick) return;
    this.#held = undefined;
    const request = this.#resolver.missing(tick.entries, tick.index);
    tick.waiting = request !== undefined;
    if (request) this.hooks.onRequest?.(request);
    this.#drain();
  }

  /** bpftrace prints none when no sample was taken at all. */
  #takeLoad(): number | undefined {
    const load = this.#load;
    this.#load = undefined;
    return load;
  }

  /** How much a never-cleared counter has grown since it was last asked. */
  #growth(name: 'fired' | 'outside'): number {
    const { a, b } = this.#counters[name];
    const growth = a + b - this.#counted[name].a - this.#counted[name].b;
    this.#counted[name] = { a, b };
    return growth;
  }

  #exit(status: number): void {
    this.#ask();
    const complete = this.#open?.final === true;
    if (complete) this.#closeTick();
    else this.#open = undefined;
    this.#ask();
    this.hooks.onRunEnd?.({ status, complete });
  }

  #answered(answers: Answers): void {
    this.#resolver.learn(answers);
    const tick = this.#waiting.find(({ index }) => index === answers.tick);
    if (tick) tick.waiting = false;
    this.#drain();
  }

  /** Ticks are counted in the order they closed, each as soon as its names are known. */
  #drain(): void {
    for (let next = this.#waiting[0]; next && !next.waiting; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#count(next);
    }
  }

  #count(tick: ClosedTick): void {
    const added = new Map<StackRecord, number>();
    let recorded = 0;
    let stackless = 0;
    for (const entry of tick.entries) {
      const record = this.#resolver.record(entry);
      if (!record) {
        stackless += entry.count;
        continue;
      }
      const counted = this.profile.add(record, entry.tid, entry.count);
      added.set(counted, (added.get(counted) ?? 0) + entry.count);
      recorded += entry.count;
    }
    const { index, at, seconds, final, fired, outside, load } = tick;
    const full = tick.entries.length >= this.options.keys;
    this.#accounting.add({ fired, outside, recorded, stackless, full });
    this.hooks.onTick?.({ index, at, seconds, final, added, load, totals: this.totals });
  }

  /** Ticks that are closed but not yet counted, because a name is still being looked up. */
  get unfinished(): number {
    return this.#waiting.length;
  }
}
