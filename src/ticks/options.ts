/** What to record, and the helper's words for it. The grammar is in bpf/README.md. */
import type { StackParts } from './printedStack';

export interface CaptureOptions {
  readonly stacks: StackParts;
  /** Samples per second and CPU, 1 to 999. */
  readonly hz: number;
  /** Frames kept of each stack, 1 to 127. */
  readonly depth: number;
  /** Distinct stacks per tick that the kernel has room for, 256 to 65,536. */
  readonly keys: number;
  /** Seconds between two deltas, 1 to 60. */
  readonly tick: number;
  /** Record only samples of CPUs with more runnable tasks than this. */
  readonly gate: number | 'none';
  readonly pids: readonly number[] | 'all';
  /** Also the processes that the given ones start. */
  readonly follow: boolean;
  /** Only processes of the user who asks, as /proc/<pid> tells their owner. */
  readonly own: boolean;
}

export const MAX_PIDS = 64;
/** /proc/sys/kernel/pid_max is never higher: PID_MAX_LIMIT, include/linux/threads.h. */
export const MAX_PID = 4_194_304;
export const MAX_HZ = 999;
export const MAX_DEPTH = 127;

/**
 * 48 frames and 65,536 keys. While user and kernel stacks are recorded the kernel's maps then take
 * 81 MB with bpftrace 0.17, 148 MB with 0.23 and 124 MB with 0.27, by the memlock lines of
 * /proc/<pid>/fdinfo on two CPUs; with 64 frames 0.23 takes 182 MB.
 */
export const DEFAULT_CAPTURE: CaptureOptions = {
  stacks: 'kernel',
  hz: 99,
  depth: 48,
  keys: 65_536,
  tick: 1,
  gate: 'none',
  pids: 'all',
  follow: false,
  own: false,
};

/** Thread and stack pairs kept; samples of further ones are counted as `[other]`. */
export const DEFAULT_MAX_STACKS = 50_000;

/** `own` comes first: by the first argument polkit tells the two actions of its policy apart. */
export function helperArguments(options: CaptureOptions): string[] {
  const { stacks, hz, depth, keys, tick, gate, follow } = options;
  const own = options.own ? 1 : 0;
  const pids = options.pids === 'all' ? 'all' : options.pids.join(',');
  const words = { own, stacks, hz, depth, keys, tick, gate, follow: follow ? 1 : 0, pids };
  return Object.entries(words).map(([name, value]) => `${name}=${value}`);
}

/**
 * Samples a second that bpftrace can hand over in time: printing and clearing 16,000 entries takes
 * 1.0 to 1.7 s, and a map that is not empty when its turn comes again loses samples.
 */
const MAX_SAMPLES_PER_SECOND = 8_000;

/** The rate asked for, or the highest this many CPUs allow when all of them are busy. */
export function sustainableHz(hz: number, cpus: number): number {
  return Math.max(1, Math.min(hz, Math.floor(MAX_SAMPLES_PER_SECOND / cpus)));
}

/** `kernel stacks of all processes`, for titles and messages. */
export function describeCapture(options: CaptureOptions): string {
  const stacks = options.stacks === 'both' ? 'user and kernel stacks' : `${options.stacks} stacks`;
  if (options.pids === 'all') return `${stacks} of all ${options.own ? 'your ' : ''}processes`;
  const [first] = options.pids;
  if (options.follow) return `${stacks} of process ${first} and what it starts`;
  if (options.pids.length === 1) return `${stacks} of process ${first}`;
  return `${stacks} of ${options.pids.length} processes`;
}
