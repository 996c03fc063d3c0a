/** Watches the machine's load against a threshold, and remembers when it was over it. */

/**
 * run-queue     runnable tasks on one CPU, the largest over the CPUs; gated in the kernel
 * load-average  of the last minute, as /proc/loadavg has it
 * pressure      share of the last 10 s in which some task waited for a CPU, percent
 */
export const LOAD_METRICS = ['run-queue', 'load-average', 'pressure'] as const;
export type LoadMetric = (typeof LOAD_METRICS)[number];

export interface LoadLimit {
  readonly metric: LoadMetric;
  /** Stacks are recorded while the load is over this. A whole number for `run-queue`. */
  readonly threshold: number;
}

const METRIC_WORDS: Record<LoadMetric, string> = {
  'run-queue': 'run queue',
  'load-average': 'load average',
  pressure: 'CPU pressure',
};

/** A stretch of time with the load over the threshold. Times are seconds since the start. */
export interface Episode {
  readonly from: number;
  readonly to: number;
  /** Largest load seen. */
  readonly peak: number;
}

export interface LoadStatus extends LoadLimit {
  /** The last reading; undefined before the first. */
  readonly value: number | undefined;
  readonly over: boolean;
  /** The last ones, the running one among them. */
  readonly episodes: readonly Episode[];
  readonly episodeCount: number;
}

/** A machine that goes up and down all day must not fill the memory. */
const KEPT_EPISODES = 1_000;

export class LoadWatch {
  readonly #episodes: Episode[] = [];
  #count = 0;
  #value: number | undefined;
  #lastAt = 0;

  constructor(private readonly limit: LoadLimit) {}

  /** A reading at this time; returns whether the load went over or back under the threshold. */
  add(at: number, value: number): boolean {
    const wasOver = this.over;
    const since = this.#lastAt;
    this.#value = value;
    this.#lastAt = at;
    if (this.over) this.#extend(wasOver, since, at, value);
    return this.over !== wasOver;
  }

  get over(): boolean {
    return this.#value !== undefined && this.#value > this.limit.threshold;
  }

  get status(): LoadStatus {
    return {
      ...this.limit,
      value: this.#value,
      over: this.over,
      episodes: this.#episodes,
      episodeCount: this.#count,
    };
  }

  /** A reading speaks of the time since the one before. */
  #extend(wasOver: boolean, since: number, at: number, value: number): void {
    const running = wasOver ? this.#episodes.pop() : undefined;
    if (!running) this.#count++;
    const from = running?.from ?? since;
    this.#episodes.push({ from, to: at, peak: Math.max(running?.peak ?? 0, value) });
    if (this.#episodes.length > KEPT_EPISODES) this.#episodes.shift();
  }
}

/** `waiting: run queue 1, threshold 4`, or `recording: run queue 6, threshold 4`. */
export function describeLoad({ metric, threshold, value, over }: LoadStatus): string {
  const reading = value === undefined ? 'not read yet' : String(value);
  const state = over ? 'recording' : 'waiting';
  return `${state}: ${METRIC_WORDS[metric]} ${reading}, threshold ${threshold}`;
}
