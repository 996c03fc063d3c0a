/** Load for the load monitor. */
import { setPriority } from 'node:os';
import { startWorkload, type Workload } from './workloads';

/** Crowds every run queue, and leaves the CPU to whoever else wants it. */
export async function crowd(threads: number): Promise<Workload> {
  const load = await startWorkload('manythreads', { seconds: 120, args: [threads, 0] });
  for (const { tid } of load.threads()) setPriority(tid, 19);
  return load;
}
