/** When a report is due, by the time of the ticks; late ones that the next makes superfluous are skipped. */

export interface ReportTimes {
  /** Seconds between two reports. */
  readonly interval: number;
  /** Seconds of a tick. */
  readonly tick: number;
}

export class ReportSchedule {
  /** Intervals that are over. */
  #reports = 0;
  /** The last report was. */
  #skipped = false;
  /** From the ticks' seconds to our clock's, of the tick that was counted soonest. */
  #leastBehind = Infinity;

  constructor(private readonly times: ReportTimes) {}

  /**
   * Whether to report now. Ticks come a little late: half a tick of grace keeps the reports on their
   * seconds.
   *
   * @param at seconds of the tick that was counted
   * @param now seconds of our own clock; of a replay, which is never late, `at` again
   */
  isDue(at: number, now: number): boolean {
    const { interval, tick } = this.times;
    const due = Math.floor((at + tick / 2) / interval);
    if (due <= this.#reports) return false;
    this.#reports = due;
    // The next one holds all of this one, and is due already.
    this.#skipped = !this.#skipped && this.#late(at, now) >= interval;
    return !this.#skipped;
  }

  /** How far behind we are, in seconds: a tick is counted late at times, but never early. */
  #late(at: number, now: number): number {
    const behind = now - at;
    this.#leastBehind = Math.min(this.#leastBehind, behind);
    return behind - this.#leastBehind;
  }
}
