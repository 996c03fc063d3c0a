/**
 * Tells whether a tick is plausible. Ticks whose length does not fit their samples say nothing about
 * rates: after the laptop slept, the kernel's clock went on and the samples did not; and after
 * bpftrace or its reader was stopped, the samples of a minute come in the first tick and the other
 * ticks of that minute come empty.
 */
import type { CaptureHeader } from '../ticks/captureHeader';

/** The timers that take samples are not exact, and a tick is printed a little late. */
const SLACK = 1.5;
/** So many ticks in a row are no mistake: the machine has more CPUs than we were told. */
const CONVINCING = 5;
/** A tick is long from so many tick lengths on. */
const LONG = 3;
/** Less than this share of the usual samples is too little for a long tick, or one of a jam. */
const FEW = 0.25;
/** Seconds that the usual rate remembers. */
const MEMORY_SECONDS = 60;

export class TickPlausibility {
  /** Samples a second that the CPUs can have at most. */
  #most: number;
  readonly #tick: number;
  #samples = 0;
  #seconds = 0;
  #tooManyInARow = 0;
  /** Seconds whose samples have come already: the ticks that they belong to come empty. */
  #ahead = 0;

  constructor({ options, cpus }: CaptureHeader) {
    this.#most = cpus > 0 ? SLACK * options.hz * cpus : Infinity;
    this.#tick = options.tick;
  }

  /**
   * Whether the next tick can be trusted.
   * @param fired samples that the kernel took in it
   * @param seconds recorded seconds
   */
  fits(fired: number, seconds: number): boolean {
    if (this.#tooMany(fired, seconds)) return false;
    if (this.#tooFew(fired, seconds)) return false;
    const kept = MEMORY_SECONDS / (MEMORY_SECONDS + seconds);
    this.#samples = this.#samples * kept + fired;
    this.#seconds = this.#seconds * kept + seconds;
    return true;
  }

  /** Samples a second; 0 as long as nothing is known. */
  get #usual(): number {
    return this.#seconds === 0 ? 0 : this.#samples / this.#seconds;
  }

  #tooMany(fired: number, seconds: number): boolean {
    const length = Math.max(seconds, this.#tick);
    const isTooMany = fired > this.#most * length;
    this.#tooManyInARow = isTooMany ? this.#tooManyInARow + 1 : 0;
    if (this.#tooManyInARow < CONVINCING) {
      if (isTooMany) this.#ahead += fired / (this.#usual || this.#most);
      return isTooMany;
    }
    this.#most = (SLACK * fired) / length;
    this.#ahead = 0;
    return false;
  }

  #tooFew(fired: number, seconds: number): boolean {
    const isLong = seconds > LONG * this.#tick;
    const isFew = this.#seconds === 0 || fired < FEW * this.#usual * seconds;
    if (isFew && this.#ahead > 0) {
      this.#ahead -= seconds;
      return true;
    }
    this.#ahead = 0;
    return isLong && isFew;
  }
}
