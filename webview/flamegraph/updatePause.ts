/**
 * While a reader zooms, searches or scrolls, nothing may move under the hand: new data wait until
 * the reader has been still for a moment, or has said to go on.
 */
const STILL_MS = 2_000;

export class UpdatePause {
  /** By a clock that nobody sets. */
  #until = 0;
  #kept = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param release called when data may flow again */
  constructor(
    private readonly release: () => void,
    private readonly still = STILL_MS,
  ) {}

  get active(): boolean {
    return this.#kept || performance.now() < this.#until;
  }

  /** @param behind seconds that wait: a touch that keeps nothing back is no pause */
  isPaused(behind: number): boolean {
    return this.#kept || (this.active && behind > 0);
  }

  /** Does what the button says: it says Resume as soon as something waits. */
  togglePause(behind: number): void {
    if (this.isPaused(behind)) this.resume();
    else this.keep();
  }

  /** The reader did something. */
  touch(): void {
    this.#until = performance.now() + this.still;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#settle(), this.still);
  }

  /** Until `resume`, whatever the reader does. */
  keep(): void {
    this.#kept = true;
  }

  resume(): void {
    this.#kept = false;
    this.#settle();
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#until = 0;
    if (!this.#kept) this.release();
  }
}
