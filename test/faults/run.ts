/** Tries faults, one recording each. */
import { startWorkload, type Workload } from '../support/workloads';
import { FAULTS, type Fault } from './faults';
import { Trial, type Who } from './trial';

export interface Outcome {
  readonly fault: string;
  readonly who: Who['name'];
  /** In words. */
  readonly outcome: string;
  /** What the person was told, and when. */
  readonly told: string;
  readonly failed: boolean;
}

export function faultsFor(who: Who['name']): readonly Fault[] {
  return FAULTS.filter(({ only }) => only === undefined || only.who === who);
}

/** @param seconds for faults that last a while; @throws what went wrong */
export async function tryFault(
  fault: Fault,
  { who, workload, seconds }: { who: Who; workload: Workload; seconds: number },
): Promise<Pick<Outcome, 'outcome' | 'told'>> {
  const trial = new Trial(who, workload, fault.options?.(who), fault.prepare);
  try {
    await trial.begun();
    trial.strike();
    const outcome = await trial.judge(await fault.happen(trial, seconds));
    return { outcome, told: trial.told };
  } finally {
    trial.cli.kill('SIGKILL');
  }
}

/** The program that is recorded ends by itself after so many seconds. */
export function knownWorkload(seconds: number): Promise<Workload> {
  return startWorkload('known', { seconds, polite: true });
}
