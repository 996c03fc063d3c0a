/** The detector's input: one report window, and its clean copy with bounded numbers. */

/** One function-level stack of one process, counted over all its threads. */
export interface WindowStack {
  /** Stable id of the process and the stack, unique in the recording. */
  readonly key: number;
  /** Stable id of the process. */
  readonly process: number;
  /**
   * What the process runs: its comm. A new process is compared with what new processes of its
   * program did before, so that a build is not a hundred new processes.
   */
  readonly program: string;
  /** Samples in this window. */
  readonly count: number;
}

/** One report window: the samples since the report before. */
export interface ReportWindow {
  /** Seconds from the start of the recording to the start of the window. */
  readonly startSeconds: number;
  /** Recorded seconds: less than wall time where recording is gated by load; may be 0. */
  readonly seconds: number;
  /** Stacks without samples may be left out. */
  readonly stacks: readonly WindowStack[];
}

/** The most samples that are counted: sums of squares stay exact enough. */
const MOST_SAMPLES = 2 ** 50;
const MOST_SECONDS = 1e9;

/**
 * Every number finite and not negative, every key once, the samples of equal keys added.
 * A clock that jumped gives a length of 0, which the detector ignores.
 */
export function cleanWindow(window: ReportWindow): ReportWindow {
  const byKey = new Map<number, WindowStack>();
  for (const stack of window.stacks) {
    const count = bounded(stack.count + (byKey.get(stack.key)?.count ?? 0), MOST_SAMPLES);
    if (count > 0) byKey.set(stack.key, { ...stack, count });
  }
  return {
    startSeconds: bounded(window.startSeconds, MOST_SECONDS),
    seconds: bounded(window.seconds, MOST_SECONDS),
    stacks: [...byKey.values()],
  };
}

function bounded(value: number, most: number): number {
  return value > 0 ? Math.min(value, most) : 0;
}
