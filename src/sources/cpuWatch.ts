/**
 * Notices that a CPU was switched off or on again. A perf event of a CPU that was off stays off
 * (kernel/events/core.c, perf_event_exit_cpu): only a bpftrace that is started anew samples it.
 */
import type { CpuChange } from '../ticks/events';

export class CpuWatch {
  #before: ReadonlyMap<number, string> | undefined;

  /** @param read the CPUs that are online, each with what tells one time online from the next */
  constructor(private readonly read: () => ReadonlyMap<number, string> | undefined) {}

  /** What changed since the last look; undefined if nothing did. */
  look(): CpuChange | undefined {
    const now = this.read();
    const before = this.#before;
    this.#before = now ?? before;
    if (!now || !before) return undefined;
    const gone = [...before.keys()].filter((cpu) => !now.has(cpu));
    const back = [...now].filter(([cpu, time]) => before.get(cpu) !== time).map(([cpu]) => cpu);
    return gone.length + back.length > 0 ? { gone, back } : undefined;
  }
}
