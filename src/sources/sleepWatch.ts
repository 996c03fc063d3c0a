/**
 * Notices that the machine slept: one of the kernel's clocks counts the sleep, the other does not.
 *
 * After a suspend to memory the CPUs but the first were switched off and on again, and a perf event
 * of a CPU that was off stays off (kernel/events/core.c, perf_event_exit_cpu): only a bpftrace that
 * is started anew samples them.
 */
import { readFileSync } from 'node:fs';

/** Seconds since some moment: `awake` stands still while the machine sleeps, `all` does not. */
export interface Clocks {
  readonly awake: number;
  readonly all: number;
}

/** Both are read one after the other, and one of them in hundredths of a second. */
const LEAST_SECONDS = 2;

export class SleepWatch {
  #before: Clocks | undefined;

  constructor(private readonly read: () => Clocks | undefined) {}

  /** Whole seconds slept since the last look; 0 if it was awake. */
  slept(): number {
    const now = this.read();
    const before = this.#before;
    this.#before = now;
    if (!now || !before) return 0;
    const seconds = now.all - before.all - (now.awake - before.awake);
    return seconds >= LEAST_SECONDS ? Math.round(seconds) : 0;
  }
}

/** CLOCK_MONOTONIC and CLOCK_BOOTTIME: `3213.49 6103.11` in /proc/uptime is the time since boot. */
export function readClocks(): Clocks | undefined {
  try {
    const all = Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]);
    return Number.isFinite(all) ? { awake: performance.now() / 1000, all } : undefined;
  } catch {
    return undefined;
  }
}
