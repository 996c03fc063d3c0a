/**
 * A stack as the rest of the program exchanges it: frames, a count, and whose it is. Readers of
 * every file format produce these, and every writer consumes them.
 */
import type { Frame } from './frame';

/**
 * `null` not judged (too little history), 0 normal, 1 anomalous at some time in the recording:
 * the values that `stack_count.log` carries.
 */
export type Label = null | 0 | 1;

/** The process a stack belongs to. */
export interface ProcessRef {
  /** Unique in a recording: the tgid, or `"<tgid>.2"` for the second program that had it. */
  readonly key: string;
  readonly tgid: number;
  /** The process's comm. Chosen by the process: never trust it, escape it. */
  readonly name: string;
}

/** One function-level stack of one thread, with the number of samples that had it. */
export interface CountedStack {
  /** Leaf first, kernel frames before user frames, as the kernel walks them. */
  readonly frames: readonly Frame[];
  /** One per frame: the most often sampled address, lower-case hex without `0x`. */
  readonly addresses?: readonly string[];
  /** Samples; a non-negative safe integer. */
  readonly count: number;
  /** Absent where the source has none (folded text, `stack.bpf`). */
  readonly process?: ProcessRef;
  readonly tid?: number;
  /** Stack id of the source, unique within the recording's process. */
  readonly id?: string;
  readonly label?: Label;
  /** Why the label is 1, in words. */
  readonly reason?: string;
}

/** What a picture or a report says about the recording it shows. */
export interface RecordingInfo {
  /** What was recorded, for people: `user and kernel stacks of all processes`. */
  readonly what: string;
  /** Wall clock at the start, milliseconds since the epoch. */
  readonly startedAt?: number;
  readonly durationSeconds?: number;
  readonly hz?: number;
  /** Samples recorded: the sum of all counts. */
  readonly samples: number;
  readonly lost: number;
}
