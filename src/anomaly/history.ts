/**
 * How a stack, a process or a program behaved so far, in a few numbers: its usual rate, how much it
 * usually strays from it, and the extremes it reached.
 */

/** Windows that the usual rate remembers: long enough to be steady, short enough to follow. */
const RATE_MEMORY = 12;
/** Windows that the usual straying remembers: bursts are rarer than rates are steady. */
const STRAY_MEMORY = 60;
/** The extremes forget one part in this many of their distance to the usual rate per window. */
const EXTREME_MEMORY = 100;
/** How many windows of experience the general expectation of straying is worth. */
const PRIOR_WINDOWS = 8;

/**
 * Signed deviation of a count from an expected one, in standard deviations of a Poisson count. The
 * square root makes the deviation's spread 1 at every rate (Anscombe 1948).
 */
export function deviation(count: number, expected: number): number {
  return 2 * (Math.sqrt(count + 0.375) - Math.sqrt(expected + 0.375));
}

export class History {
  #samples = 0;
  #seconds: number;
  /** Sum of squared deviations, and the windows they come from. */
  #stray = 0;
  #strayWindows = 0;
  /** Samples per second. */
  #peak = 0;
  #trough = 0;

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

  /** Most samples per second it had in a window not long ago. */
  get peak(): number {
    return this.#peak;
  }

  /** Fewest samples per second it had in a window not long ago. */
  get trough(): number {
    return this.#trough;
  }

  /**
   * By how much a window's deviation has to be divided to have the spread 1: the spread the past
   * showed, where it is short mixed with what is usual on this machine, and the past's own error.
   * @param noise relative variance of rates on this machine beyond chance, from `noise`
   */
  spread(seconds: number, noise: number): number {
    const usual = PRIOR_WINDOWS * (1 + noise * this.rate * seconds) + this.#stray;
    const variance = Math.max(1, usual / (PRIOR_WINDOWS + this.#strayWindows));
    return Math.sqrt(variance * this.#ownError(seconds));
  }

  /** Relative variance of its rate beyond chance; undefined where it is too little to tell. */
  noise(seconds: number): number | undefined {
    const expected = this.rate * seconds;
    if (this.#strayWindows < 1.5 || expected < 8) return undefined;
    return Math.max(0, (this.#stray / this.#strayWindows - 1) / expected);
  }

  /**
   * @param seconds recorded seconds of the window, more than 0
   * @param pace mean recorded seconds of this recording's windows
   */
  learn(count: number, seconds: number, pace: number): void {
    this.#learnStray(count, seconds);
    this.#learnExtremes(count, seconds, pace);
    const kept = decay(seconds, pace);
    this.#samples = this.#samples * kept + count;
    this.#seconds = this.#seconds * kept + seconds;
  }

  /** It went to these extremes in windows that were not learnt. */
  reached(peak: number, trough: number): void {
    this.#peak = Math.max(this.#peak, peak);
    this.#trough = Math.min(this.#trough, trough);
  }

  /** From now on this is its usual rate. */
  settle(samples: number, seconds: number): void {
    this.#samples = samples;
    this.#seconds = seconds;
    this.#peak = Math.max(this.#peak, this.rate);
    this.#trough = Math.min(this.#trough, this.rate);
  }

  #ownError(seconds: number): number {
    return this.#seconds === 0 ? 1 : 1 + seconds / this.#seconds;
  }

  #learnStray(count: number, seconds: number): void {
    if (this.#seconds === 0) return;
    const kept = 1 - 1 / STRAY_MEMORY;
    const off = deviation(count, this.rate * seconds);
    this.#stray = this.#stray * kept + (off * off) / this.#ownError(seconds);
    this.#strayWindows = this.#strayWindows * kept + 1;
  }

  #learnExtremes(count: number, seconds: number, pace: number): void {
    // In a very short window one sample is a high rate and none a low one: it proves nothing.
    if (seconds < pace / 2) return;
    const now = count / seconds;
    if (this.#seconds === 0) this.#peak = this.#trough = now;
    this.#peak = Math.max(now, this.#peak + (this.rate - this.#peak) / EXTREME_MEMORY);
    this.#trough = Math.min(now, this.#trough + (this.rate - this.#trough) / EXTREME_MEMORY);
  }
}

/** What is left of the past after a window. A ratio, not a power: exact on every machine. */
export function decay(seconds: number, pace: number): number {
  const memory = RATE_MEMORY * pace;
  return memory / (memory + seconds);
}
