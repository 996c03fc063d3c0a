/** A time by which something has to have come from another process. */

/** A timer that is so late says that we did not run: what came meanwhile is still in the pipes. */
const LATE_MS = 500;

/** One that is missed because we did not run ourselves is given again. */
export class Deadline {
  #timer: NodeJS.Timeout | undefined;
  #milliseconds = 0;

  constructor(private readonly missed: () => void) {}

  set(milliseconds: number): void {
    this.clear();
    this.#milliseconds = milliseconds;
    const due = performance.now() + milliseconds;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (performance.now() - due > LATE_MS) this.set(milliseconds);
      else this.missed();
    }, milliseconds);
  }

  /** All of its time again, if it is set. */
  postpone(): void {
    if (this.#timer) this.set(this.#milliseconds);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
