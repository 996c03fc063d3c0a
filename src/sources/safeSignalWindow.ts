/**
 * When a bpftrace may be told to end.
 *
 * It prints to a pipe, and in the middle of a tick it often waits for room there. A signal ends that
 * wait (EINTR), its output stream has failed from then on, and its last maps are never printed. So a
 * word that ends it is said while it is silent: not in a tick, not when one is due, and not while
 * processes are announced with their mappings.
 */
import { KernelClock } from './kernelClock';

/** It has said nothing for so long: there is room in the pipe. */
const SILENCE_MS = 30;
/** A tick may seem to be that much early. */
const GUARD_MS = 150;
/** One that hangs says nothing, where something is due, and is to be ended all the same. */
const HANGS_MS = 500;
/** One that never stops printing, too. */
const PATIENCE_MS = 3_000;

/** `READY 7057573064808`, `TICK a 7058573044104`: nanoseconds of the kernel's clock. */
const MARK = /^(READY|TICK [ab]|TOCK [ab]|EXIT)(?: (\d+))?/;

interface Waiting {
  readonly say: () => void;
  readonly since: number;
}

export class SafeSignalWindow {
  readonly clock: KernelClock;
  #runs = false;
  #inTick = false;
  #lastOutput = -Infinity;
  /** By the kernel's clock, nanoseconds. */
  #lastTick = 0;
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** @param now of a clock that does not jump, milliseconds */
  constructor(
    private readonly tickMs: number,
    private readonly now: () => number,
  ) {
    this.clock = new KernelClock(now);
  }

  /** A line of bpftrace's standard output. */
  see(line: string): void {
    this.#lastOutput = this.now();
    const [, mark = '', nanoseconds] = MARK.exec(line) ?? [];
    if (mark === '') return;
    this.#runs = mark !== 'EXIT';
    this.#inTick = mark.startsWith('TICK');
    if (nanoseconds !== undefined && this.#runs) this.#mark(Number(nanoseconds));
  }

  /** Calls this now or at the next quiet moment, and in the order it was asked. */
  soon(say: () => void): void {
    if (this.#closed) return;
    this.#waiting.push({ say, since: this.now() });
    this.#look();
  }

  /** Nobody listens any more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#waiting = [];
  }

  #mark(nanoseconds: number): void {
    this.#lastTick = nanoseconds;
    this.clock.see(nanoseconds);
  }

  #look(): void {
    clearTimeout(this.#timer);
    const [first] = this.#waiting;
    if (!first) return;
    if (!this.#isQuiet(first.since)) {
      this.#timer = setTimeout(() => this.#look(), SILENCE_MS);
      return;
    }
    this.#waiting.shift();
    first.say();
    this.#look();
  }

  /** @param since when it was asked */
  #isQuiet(since: number): boolean {
    const now = this.now();
    if (!this.#runs || now - since >= PATIENCE_MS) return true;
    const due = this.clock.oursAt(this.#lastTick) + this.tickMs;
    const prints = this.#inTick || now > due - GUARD_MS;
    if (prints) return now - Math.max(since, this.#lastOutput) >= HANGS_MS;
    return now - this.#lastOutput >= SILENCE_MS;
  }
}
