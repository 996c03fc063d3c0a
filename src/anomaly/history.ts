/**
 * How a stack, a process or a program behaved so far, in a few numbers: its usual rate, and how much
 * it usually strays from it.
 */

/** Windows that the usual rate remembers: long enough to be steady, short enough to follow. */
const RATE_MEMORY = 12;
/** Windows that the usual straying remembers: bursts are rarer than rates are steady. */
const STRAY_MEMORY = 60;
/** How many windows of experience the general expectation of straying is worth. */
const PRIOR_WINDOWS = 8;
/** Relative variance of rates beyond chance that is expected of everything: a quarter up or down. */
const USUAL_NOISE = 0.06;

/**
 * Signed deviation of a count from an expected one, in standard deviations of a Poisson count. The
 * square root makes the deviation's spread 1 at every rate (Anscombe 1948).
 */
export function deviation(count: number, expected: number): number {
  return 2 * (Math.sqrt(count + 0.375) - Math.sqrt(expected + 0.375));
}

/** A decaying memory keeps this much when one more window comes. */
export function decay(windows = RATE_MEMORY): number {
  return windows / (windows + 1);
}

export class History {
  #samples = 0;
  #seconds: number;
  /** Sum of squared deviations, and the windows they come from. */
  #stray = 0;
  #strayWindows = 0;

  /** @param silentSeconds recorded seconds in which it is known not to have run */
  constructor(silentSeconds: number) {
    this.#seconds = silentSeconds;
  }

  /** Recorded seconds it knows of, the older ones counting less. */
  get seconds(): number {
    return this.#seconds;
  }

  /** Samples it knows of, the older ones counting less: 0 if it never ran. */
  get samples(): number {
    return this.#samples;
  }

  /** Usual samples per second. */
  get rate(): number {
    return this.#seconds === 0 ? 0 : this.#samples / this.#seconds;
  }

  /**
   * By how much a deviation in a window has to be divided to have the spread 1: what the past
   * showed, where it is short mixed with what is expected of everything, and the past's own error.
   */
  spread(seconds: number): number {
    const prior = PRIOR_WINDOWS * (1 + USUAL_NOISE * this.rate * seconds);
    const variance = (prior + this.#stray) / (PRIOR_WINDOWS + this.#strayWindows);
    return Math.sqrt(Math.max(1, variance) * this.#ownError(seconds));
  }

  /** @param seconds recorded seconds of the window, more than 0 */
  learn(count: number, seconds: number): void {
    this.#learnStray(count, seconds);
    this.#samples = this.#samples * decay() + count;
    this.#seconds = this.#seconds * decay() + seconds;
  }

  /** What it and another did together: they are one. */
  absorb(other: History): void {
    this.#samples += other.#samples;
    this.#seconds = Math.max(this.#seconds, other.#seconds);
    this.#stray = Math.max(this.#stray, other.#stray);
    this.#strayWindows = Math.max(this.#strayWindows, other.#strayWindows);
  }

  /** It once did this: no usual rate, but the next time it is less of a surprise. */
  strayed(count: number, seconds: number): void {
    this.#learnStray(count, seconds);
  }

  /** From now on this is its usual rate. */
  settle(samples: number, seconds: number): void {
    this.#samples = samples;
    this.#seconds = seconds;
  }

  #learnStray(count: number, seconds: number): void {
    if (this.#seconds === 0) return;
    const off = deviation(count, this.rate * seconds);
    this.#stray = this.#stray * decay(STRAY_MEMORY) + (off * off) / this.#ownError(seconds);
    this.#strayWindows = this.#strayWindows * decay(STRAY_MEMORY) + 1;
  }

  #ownError(seconds: number): number {
    return this.#seconds === 0 ? 1 : 1 + seconds / this.#seconds;
  }
}
