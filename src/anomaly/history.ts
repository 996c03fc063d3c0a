/**
 * How a series behaved so far, in a few numbers: its usual rate, and how far it usually spreads
 * around that rate; and how far one count deviates from it.
 */

/** Windows that make up the usual rate: enough to be steady, few enough to follow. */
const RATE_WINDOWS = 12;
/** Windows that make up the usual spread: more, because bursts are rare. */
const SPREAD_WINDOWS = 60;
/** Weight of the prior spread, in windows. */
const PRIOR_WINDOWS = 8;
/** Relative variance of rates beyond chance that every series is expected to have: a quarter up or down. */
const USUAL_NOISE = 0.06;

/**
 * Signed deviation of a count from an expected one, in standard deviations of a Poisson count. The
 * square root makes the spread 1 at every rate (Anscombe 1948).
 */
export function zScore(count: number, expected: number): number {
  return 2 * (Math.sqrt(count + 0.375) - Math.sqrt(expected + 0.375));
}

/** What one more window shows of a count, and what its history and its neighbours lead to expect. */
export interface Deviation {
  readonly count: number;
  /** Samples its history leads to expect. */
  readonly expected: number;
  /** The same with the common trend, as far as the trend explains the count. */
  readonly target: number;
  /** Distance of the count from the target, in usual deviations. */
  readonly z: number;
}

export const NO_DEVIATION: Deviation = { count: 0, expected: 0, target: 0, z: 0 };

/** The factor by which a moving sum decays with each window. */
export function decay(windows = RATE_WINDOWS): number {
  return windows / (windows + 1);
}

export class History {
  #samples = 0;
  #seconds: number;
  /** Decaying sum of squared z-scores, and the number of windows they come from. */
  #squares = 0;
  #squaredWindows = 0;

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
   * The usual size of a z-score: what the past showed, mixed with a prior as long as the past is
   * short, and the error of the past's own rate.
   */
  spread(seconds: number): number {
    const prior = PRIOR_WINDOWS * (1 + USUAL_NOISE * this.rate * seconds);
    const variance = (prior + this.#squares) / (PRIOR_WINDOWS + this.#squaredWindows);
    return Math.sqrt(Math.max(1, variance) * this.#ownError(seconds));
  }

  /** @param seconds recorded seconds of the window, more than 0 */
  learn(count: number, seconds: number): void {
    this.learnSpread(count, seconds);
    this.#samples = this.#samples * decay() + count;
    this.#seconds = this.#seconds * decay() + seconds;
  }

  /** Adds the history of another series: the two are one. */
  absorb(other: History): void {
    this.#samples += other.#samples;
    this.#seconds = Math.max(this.#seconds, other.#seconds);
    this.#squares = Math.max(this.#squares, other.#squares);
    this.#squaredWindows = Math.max(this.#squaredWindows, other.#squaredWindows);
  }

  /** Learns an exception: the usual rate stays, but the next time it is less of a surprise. */
  learnSpread(count: number, seconds: number): void {
    if (this.#seconds === 0) return;
    const z = zScore(count, this.rate * seconds);
    const kept = decay(SPREAD_WINDOWS);
    this.#squares = this.#squares * kept + (z * z) / this.#ownError(seconds);
    this.#squaredWindows = this.#squaredWindows * kept + 1;
  }

  /** Makes this the usual rate from now on. */
  resetRate(samples: number, seconds: number): void {
    this.#samples = samples;
    this.#seconds = seconds;
  }

  #ownError(seconds: number): number {
    return this.#seconds === 0 ? 1 : 1 + seconds / this.#seconds;
  }
}
