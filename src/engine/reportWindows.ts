/**
 * Cuts a recording into windows of the report interval, by the times of its ticks: a replay cuts
 * at the same places. A window holds what its ticks added, and for how long they recorded.
 */
import type { CaptureHeader } from '../capture/captureFile';
import type { CompletedTick } from '../capture/session';
import type { StackRecord } from '../core/profile';

export interface CountedWindow {
  /** Seconds from the start of the recording to its first tick's start. */
  readonly startSeconds: number;
  /** Seconds in which stacks were recorded. */
  readonly seconds: number;
  readonly added: ReadonlyMap<StackRecord, number>;
}

export class ReportWindows {
  #added = new Map<StackRecord, number>();
  #startSeconds: number | undefined;
  #seconds = 0;
  #completed = 0;
  #fired = 0;

  constructor(private readonly header: CaptureHeader) {}

  /** The windows that this tick completes: its own, and one that a pause had cut short. */
  add(tick: CompletedTick): CountedWindow[] {
    const begins = tick.at - tick.seconds;
    const before = this.#takeIfDue(begins);
    this.#startSeconds ??= begins;
    this.#seconds += this.#recorded(tick);
    for (const [stack, count] of tick.added) {
      this.#added.set(stack, (this.#added.get(stack) ?? 0) + count);
    }
    return [before, this.#takeIfDue(tick.at)].filter((window) => window !== undefined);
  }

  /** As the reports: half a tick of grace, for ticks come a little late. */
  #takeIfDue(at: number): CountedWindow | undefined {
    const { reportInterval, options } = this.header;
    const due = Math.floor((at + options.tick / 2) / reportInterval);
    if (due <= this.#completed) return undefined;
    this.#completed = due;
    return this.#take();
  }

  #take(): CountedWindow | undefined {
    const [startSeconds, seconds, added] = [this.#startSeconds, this.#seconds, this.#added];
    this.#added = new Map();
    this.#startSeconds = undefined;
    this.#seconds = 0;
    return startSeconds === undefined ? undefined : { startSeconds, seconds, added };
  }

  /**
   * Where the kernel gates each sample by the run queue, the samples themselves tell for how long
   * the gate was open: on average over the CPUs.
   */
  #recorded({ seconds, totals }: CompletedTick): number {
    const fired = totals.fired - this.#fired;
    this.#fired = totals.fired;
    const { limit, options, cpus } = this.header;
    if (limit?.metric !== 'run-queue') return seconds;
    return Math.min(seconds, fired / (options.hz * Math.max(1, cpus)));
  }
}
