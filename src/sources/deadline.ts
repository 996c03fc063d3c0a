/**
 * A time by which something has to have come from another process. Timers go off before pipes are
 * read, so what came while we were busy is read first; and where a timer is late because we did not
 * run at all, its time is given again, a few times.
 */

const LATE_MS = 500;
const MOST_EXTENSIONS = 3;

export class Deadline {
  #timer: NodeJS.Timeout | undefined;
  #reading: NodeJS.Immediate | undefined;
  #milliseconds = 0;

  constructor(private readonly missed: () => void) {}

  set(milliseconds: number): void {
    this.#set(milliseconds, 0);
  }

  /** All of its time again, if it is set. */
  postpone(): void {
    if (this.#timer ?? this.#reading) this.set(this.#milliseconds);
  }

  clear(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#reading);
    this.#timer = this.#reading = undefined;
  }

  #set(milliseconds: number, extensions: number): void {
    this.clear();
    this.#milliseconds = milliseconds;
    const due = performance.now() + milliseconds;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const isLate = performance.now() - due > LATE_MS;
      if (isLate && extensions < MOST_EXTENSIONS) this.#set(milliseconds, extensions + 1);
      else this.#readFirst();
    }, milliseconds);
  }

  /** The first immediate comes before the pipes are read at times, the second never. */
  #readFirst(): void {
    this.#reading = setImmediate(() => {
      this.#reading = setImmediate(() => {
        this.#reading = undefined;
        this.missed();
      });
    });
  }
}
