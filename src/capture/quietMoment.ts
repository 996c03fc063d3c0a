/**
 * When a bpftrace may be told to end.
 *
 * It prints to a pipe, and in the middle of a tick it often waits for room there. A signal ends that
 * wait (EINTR), its output stream has failed from then on, and its last maps are never printed: of
 * stops at 999 Hz on a busy machine one in eight lost what was counted since the last tick. Between
 * two ticks it prints nothing that matters, so a word that ends it is said there.
 */

/** A tick may be that much early, seen from here. */
const GUARD_MS = 150;
/** One that hangs says nothing at all, never comes to a quiet moment, and is to be ended all the same. */
const PATIENCE_MS = 500;

export class QuietMoment {
  /** When it last fell quiet; undefined: it is printing, or none runs. */
  #quietSince: number | undefined;
  #printing = false;
  #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly tickMs: number,
    private readonly now: () => number,
  ) {}

  /** A line of bpftrace's standard output. */
  see(line: string): void {
    if (line.startsWith('TICK ')) this.#enter(true, undefined);
    else if (line.startsWith('READY ') || line.startsWith('TOCK ')) this.#enter(false, this.now());
    else if (line.startsWith('EXIT ')) this.#enter(false, undefined);
    else if (this.#timer) this.#wait();
  }

  /** Calls this now or at the next quiet moment, and in the order it was asked. */
  soon(say: () => void): void {
    this.#waiting.push(say);
    if (!this.#mayPrint()) return this.#sayAll();
    this.#wait();
  }

  /** Nobody listens any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#waiting = [];
  }

  #enter(printing: boolean, quietSince: number | undefined): void {
    this.#printing = printing;
    this.#quietSince = quietSince;
    if (!printing) this.#sayAll();
  }

  #wait(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#sayAll(), PATIENCE_MS);
  }

  #mayPrint(): boolean {
    if (this.#quietSince === undefined) return this.#printing;
    return this.now() - this.#quietSince > this.tickMs - GUARD_MS;
  }

  #sayAll(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const say of waiting) say();
  }
}
