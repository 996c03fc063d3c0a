/**
 * Cuts a recording into windows of the report interval, by the times of its ticks: a replay cuts
 * at the same places. A window holds what its ticks added, and for how long they recorded.
 */
import type { CaptureHeader } from '../ticks/captureHeader';
import type { CompletedTick } from '../ticks/session';
import type { StackRecord } from '../core/profile';
import { TickPlausibility } from './tickPlausibility';

export interface CountedWindow {
  /** Seconds from the start of the recording to its first tick's start, and its last tick's end. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Seconds in which stacks were recorded. */
  readonly seconds: number;
  readonly added: Map<StackRecord, number>;
}

/** A window that is being filled. */
interface OpenWindow extends CountedWindow {
  endSeconds: number;
  seconds: number;
}

export function moveCount(
  counts: Map<StackRecord, number>,
  stack: StackRecord,
  into: StackRecord,
): void {
  const count = counts.get(stack);
  if (count === undefined) return;
  counts.delete(stack);
  counts.set(into, (counts.get(into) ?? 0) + count);
}

export class ReportWindows {
  readonly #plausibility: TickPlausibility;
  #open: OpenWindow | undefined;
  #completed = 0;
  #fired = 0;

  constructor(private readonly header: CaptureHeader) {
    this.#plausibility = new TickPlausibility(header);
  }

  /** The windows that this tick completes: its own, and one that a pause had cut short. */
  add(tick: CompletedTick): CountedWindow[] {
    const before = this.#takeIfDue(tick.at - tick.seconds);
    const fired = this.#firedIn(tick);
    const seconds = this.#recorded(tick.seconds, fired);
    if (this.#plausibility.fits(fired, seconds)) this.#fill(tick, seconds);
    return [before, this.#takeIfDue(tick.at)].filter((window) => window !== undefined);
  }

  /** The first of two stacks turned out to be the second. */
  merge(stack: StackRecord, into: StackRecord): void {
    if (this.#open) moveCount(this.#open.added, stack, into);
  }

  #fill({ at, seconds, added }: CompletedTick, recorded: number): void {
    const startSeconds = at - seconds;
    this.#open ??= { startSeconds, endSeconds: at, seconds: 0, added: new Map() };
    const { added: sums } = this.#open;
    this.#open.endSeconds = at;
    this.#open.seconds += recorded;
    for (const [stack, count] of added) sums.set(stack, (sums.get(stack) ?? 0) + count);
  }

  /** As the reports: half a tick of grace, for ticks come a little late. */
  #takeIfDue(at: number): CountedWindow | undefined {
    const { reportInterval, options } = this.header;
    const due = Math.floor((at + options.tick / 2) / reportInterval);
    if (due <= this.#completed) return undefined;
    this.#completed = due;
    const window = this.#open;
    this.#open = undefined;
    return window;
  }

  /** Without those that were only estimated, while bpftrace was renewed. */
  #firedIn({ totals }: CompletedTick): number {
    const taken = totals.fired - totals.reasons.renewal;
    const fired = taken - this.#fired;
    this.#fired = taken;
    return fired;
  }

  /**
   * Where the kernel gates each sample by the run queue, the samples themselves tell for how long
   * the gate was open: on average over the CPUs. Samples of some processes only do not tell that,
   * or a process that does eight times as much would be one that was watched eight times as long.
   * Of them a tick counts as a whole, and not at all if it has none: the gate may have been closed.
   */
  #recorded(seconds: number, fired: number): number {
    const { limit, options, cpus } = this.header;
    if (limit?.metric !== 'run-queue') return seconds;
    if (options.pids !== 'all' || options.own) return fired > 0 ? seconds : 0;
    return Math.min(seconds, fired / (options.hz * Math.max(1, cpus)));
  }
}
