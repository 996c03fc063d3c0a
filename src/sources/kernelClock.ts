/**
 * The kernel's clock, as the lines of bpftrace tell it. It is the one that we have, too, but for
 * where that began: in a time namespace, or in a test, it is another.
 */
export class KernelClock {
  /** From that clock to ours, milliseconds: a line is read late at times, but never early. */
  #offset = Infinity;

  /** @param ours of a clock that does not jump, milliseconds */
  constructor(private readonly ours: () => number) {}

  /** A line says that it was this late when it was written. */
  see(nanoseconds: number): void {
    this.#offset = Math.min(this.#offset, this.ours() - nanoseconds / 1e6);
  }

  /** When that was or will be, by our clock, milliseconds. */
  oursAt(nanoseconds: number): number {
    return nanoseconds / 1e6 + this.#offset;
  }

  /** Nanoseconds; undefined before the first line. */
  get now(): number | undefined {
    if (this.#offset === Infinity) return undefined;
    return Math.round((this.ours() - this.#offset) * 1e6);
  }
}
