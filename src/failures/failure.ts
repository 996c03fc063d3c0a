/**
 * Why a recording could not start, or ended by itself: one sentence on what is wrong, one on what to
 * do next, and the exit code of the terminal tool.
 */
import type { Way } from '../privilege/ways';

/** Why root was not had. */
export type ElevationFailureKind =
  | 'dismissed'
  | 'denied'
  | 'wrongPassword'
  | 'noAgent'
  | 'noPolkit'
  | 'pkexecBroken'
  | 'refusedEnvironment'
  | 'orphan'
  | 'sudoPassword'
  | 'sudoBroken'
  | 'notStarted';

export type FailureKind =
  | 'usage'
  | ElevationFailureKind
  | 'noWayToRoot'
  | 'notInstalled'
  | 'bpftraceMissing'
  | 'bpftraceOld'
  | 'bpftraceFailed'
  | 'bpftraceDied'
  | 'noBtf'
  | 'noBpf'
  | 'machine'
  | 'helperDied'
  | 'replay'
  | 'command'
  | 'output';

export interface Failure {
  readonly kind: FailureKind;
  /** What is wrong, one sentence. */
  readonly problem: string;
  /** What to do next, one sentence; '' when there is nothing to do. */
  readonly advice: string;
  /** Exit code of the terminal tool. */
  readonly exitCode: 0 | 2 | 3 | 4 | 5;
}

/** What is known when the helper has ended. */
export interface HelperEvidence {
  readonly way: Way | 'replay';
  /** Exit status of the helper or of pkexec, or HUNG; null when a signal ended it. */
  readonly status: number | null;
  /** It said HELLO: whatever went wrong later, we were root. */
  readonly greeted: boolean;
  /** `argument hz`, `bpftrace-old 0.16.0`: what it said after FAIL. */
  readonly refusal: string | undefined;
  /** Last lines of bpftrace's and pkexec's own messages. */
  readonly messages: readonly string[];
  /** Exit status of a bpftrace that ended unasked, or not as it was asked. */
  readonly bpftraceStatus: number | undefined;
  /** It had been told to end. */
  readonly stopped?: boolean;
}

/** Status of a helper that did not answer, as `timeout` tells it of a program. */
export const HUNG = 124;

export function failure(
  kind: FailureKind,
  exitCode: Failure['exitCode'],
  problem: string,
  advice: string,
): Failure {
  return { kind, exitCode, problem, advice };
}

export const noWayToRoot: Failure = failure(
  'noWayToRoot',
  3,
  'Reading stacks needs root, and neither pkexec nor sudo can be used here.',
  `Install pkexec (Debian, Ubuntu: apt install pkexec). "stack-count doctor" says more.`,
);

/** What joins us to a helper in a terminal could not be made. */
export function noPipes(reason: string): Failure {
  const advice = 'Make room in the folder for temporary files, or run it as root.';
  return failure('notStarted', 3, `A terminal cannot be joined to us: ${reason}.`, advice);
}

/** It was called off while somebody was asked for a password. */
export const calledOff: Failure = failure('dismissed', 3, 'Cancelled: root was not granted.', '');

export const helperHung: Failure = failure(
  'helperDied',
  5,
  'The helper that runs bpftrace did not answer to the stop within 6 s.',
  'What was counted until then is saved, but the last second may be missing.',
);

/** No word of it came while the recording went on. */
export const helperSilent: Failure = failure(
  'helperDied',
  5,
  'The helper that runs bpftrace has not answered for 10 s.',
  'What was counted until then is saved; start again to go on.',
);

/** It was started anew, and gave no data again. */
export const bpftraceSilent: Failure = failure(
  'bpftraceDied',
  5,
  'bpftrace gave no data for 5 s, again after it had been started anew twice.',
  'What was counted is saved; "stack-count doctor" looks for the reason, and starting again may help.',
);

/** The sentence to show: what is wrong and what to do next. */
export function failureText({ problem, advice }: Failure): string {
  return advice === '' ? problem : `${problem} ${advice}`;
}
