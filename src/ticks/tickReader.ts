/**
 * Puts what bpftrace prints together into ticks: the entries of one turn of one map, and how much
 * the never-cleared counters have grown since that map's last turn. A tick that bpftrace did not
 * live to complete is dropped, as its counters are not known.
 */
import {
  BpftraceOutputParser,
  type OutputEvent,
  type Slot,
  type StackEntry,
} from './bpftraceOutput';

export interface RawTick {
  readonly index: number;
  /** Number of the run of bpftrace that printed it, from 1. */
  readonly run: number;
  readonly entries: readonly StackEntry[];
  /** Seconds of the kernel's clock since the first READY. */
  readonly at: number;
  /** How long stacks were being counted for this tick. */
  readonly seconds: number;
  /** What a run of bpftrace left behind at its end: less than a tick. */
  readonly final: boolean;
  readonly fired: number;
  readonly outside: number;
  /** Largest number of runnable tasks on one CPU; bpftrace prints none when all were idle. */
  readonly load: number | undefined;
}

export type TickEvent =
  /** `idleSeconds` have gone by since the last tick of the run before. */
  | { readonly kind: 'ready'; readonly run: number; readonly idleSeconds: number }
  | (OutputEvent & { readonly kind: 'process' })
  /** The next tick begins to be printed. */
  | { readonly kind: 'begin' }
  | { readonly kind: 'tick'; readonly tick: RawTick }
  | { readonly kind: 'end'; readonly status: number; readonly complete: boolean }
  | { readonly kind: 'unread'; readonly line: string };

interface OpenTick {
  readonly entries: StackEntry[];
  readonly nanoseconds: number;
  readonly final: boolean;
}

type Counters = Record<'fired' | 'outside', Record<Slot, number>>;

const zeroCounters = (): Counters => ({ fired: { a: 0, b: 0 }, outside: { a: 0, b: 0 } });

export class TickReader {
  readonly #parser = new BpftraceOutputParser();
  #open: OpenTick | undefined;
  #counters = zeroCounters();
  #counted = zeroCounters();
  #load: number | undefined;
  #ticks = 0;
  #runs = 0;
  #origin: number | undefined;
  #lastTick = 0;

  /** What this line completes, in order. */
  push(line: string): TickEvent[] {
    const event = this.#parser.push(line);
    return event ? this.#read(event) : [];
  }

  /** The run that was printing is over, whether it said so or not. */
  exit(status: number): TickEvent[] {
    const complete = this.#open?.final === true;
    const last = complete ? this.#complete() : [];
    this.#open = undefined;
    return [...last, { kind: 'begin' }, { kind: 'end', status, complete }];
  }

  /** Seconds of the kernel's clock since the last tick, or READY. */
  secondsSince(nanoseconds: number): number {
    return Math.max(0, nanoseconds - this.#lastTick) / 1e9;
  }

  #read(event: OutputEvent): TickEvent[] {
    switch (event.kind) {
      case 'ready':
        return [this.#ready(event.nanoseconds)];
      case 'tick':
        return this.#begin(event.nanoseconds, false);
      case 'final':
        return this.#begin(event.nanoseconds, true);
      case 'tock':
        return this.#complete();
      case 'exit':
        return this.exit(event.status);
      case 'process':
      case 'unread':
        return [event];
      case 'entry':
        this.#open?.entries.push(event.entry);
        return [];
      case 'counter':
        this.#counter(event.name, event.slot, event.value);
        return [];
      case 'load':
        this.#load = event.value;
        return [];
    }
  }

  /** A counter that is never cleared never falls: a lower value is a damaged line. */
  #counter(name: 'fired' | 'outside', slot: Slot, value: number): void {
    this.#counters[name][slot] = Math.max(this.#counters[name][slot], value);
  }

  #ready(nanoseconds: number): TickEvent {
    this.#origin ??= nanoseconds;
    const idleSeconds = this.secondsSince(nanoseconds);
    this.#runs++;
    this.#lastTick = nanoseconds;
    this.#counters = zeroCounters();
    this.#counted = zeroCounters();
    return { kind: 'ready', run: this.#runs, idleSeconds };
  }

  #begin(nanoseconds: number, final: boolean): TickEvent[] {
    this.#open = { entries: [], nanoseconds, final };
    return [{ kind: 'begin' }];
  }

  #complete(): TickEvent[] {
    const open = this.#open;
    if (!open) return [];
    this.#open = undefined;
    const { entries, nanoseconds, final } = open;
    const tick = {
      index: this.#ticks++,
      run: this.#runs,
      entries,
      at: (nanoseconds - (this.#origin ?? nanoseconds)) / 1e9,
      seconds: this.secondsSince(nanoseconds),
      final,
      fired: this.#growth('fired'),
      outside: this.#growth('outside'),
      load: this.#load,
    };
    this.#lastTick = nanoseconds;
    this.#load = undefined;
    return [{ kind: 'tick', tick }];
  }

  /** How much a never-cleared counter has grown since it was last asked. */
  #growth(name: 'fired' | 'outside'): number {
    const { a, b } = this.#counters[name];
    const growth = a + b - this.#counted[name].a - this.#counted[name].b;
    this.#counted[name] = { a, b };
    return growth;
  }
}
