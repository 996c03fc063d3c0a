/** Runs a short program as root, by the first way that works, and says why it did not. */
import { execa } from 'execa';
import type { Launch } from '../privilege/elevation';
import { explainElevation, mayTryNext } from '../failures/elevationFailure';
import { noWayToRoot, type Failure } from '../failures/failure';

/** Exit statuses from here on are the program's own, but for those of pkexec and of signals. */
const OWN_STATUSES = { low: 64, high: 99 };

export interface OnceResult {
  readonly launch: Launch | undefined;
  readonly failure: Failure | undefined;
}

/** @param note told which way is tried, and why */
export async function runOnce(
  launches: readonly Launch[],
  note: (text: string) => void,
): Promise<OnceResult> {
  let first: OnceResult = { launch: undefined, failure: noWayToRoot };
  for (const launch of launches) {
    note(`Getting root by way of "${launch.way}": ${launch.reason}.`);
    const failure = await runWith(launch);
    if (!failure || !mayTryNext(failure)) return { launch, failure };
    if (first.launch === undefined || failure.kind !== 'sudoPassword') first = { launch, failure };
  }
  return first;
}

async function runWith({
  file,
  arguments: words,
  environment,
  way,
}: Launch): Promise<Failure | undefined> {
  const { exitCode, stderr } = await execa(file, [...words], {
    env: { ...environment },
    extendEnv: false,
    cwd: '/',
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
    reject: false,
  });
  if (exitCode === 0) return undefined;
  const status = exitCode ?? null;
  if (status !== null && status >= OWN_STATUSES.low && status <= OWN_STATUSES.high) {
    return refusedByProgram(stderr);
  }
  const messages = stderr.split('\n');
  return explainElevation({
    way,
    status,
    greeted: false,
    refusal: undefined,
    messages,
    bpftraceStatus: undefined,
  });
}

function refusedByProgram(said: string): Failure {
  const problem = `${said.trim().split('\n').pop()}.`;
  const advice = 'Recording works without an installed helper: pkexec or sudo ask each time.';
  return { kind: 'notInstalled', exitCode: 3, problem, advice };
}
