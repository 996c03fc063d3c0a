/**
 * Why a recording could not start, or ended by itself: one sentence on what is wrong, one on what to
 * do next, and the exit code of the terminal tool. Every such text is in this file, but for those
 * about getting root, which are in elevationFailure.ts.
 */
import type { Way } from '../privilege/ways';
import { explainElevation, type ElevationFailureKind } from './elevationFailure';

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

const INSTALL = 'Install it with your package manager (Debian, Ubuntu: apt install bpftrace).';
const SUDO = 'Run it as root (sudo stack-count ...).';

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
  return failure('notStarted', 3, `A terminal can not be joined to us: ${reason}.`, advice);
}

const helperDied: Failure = failure(
  'helperDied',
  5,
  'The helper that runs bpftrace was ended from outside.',
  'What was counted until then is saved; start again to go on.',
);

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

const bpftraceHung: Failure = failure(
  'bpftraceDied',
  5,
  'bpftrace did not end within 5 s and was killed.',
  'What was counted until then is saved, but the last second may be missing.',
);

/** The failure that ended a recording, or undefined when it ended as it should. */
export function explainEnd(evidence: HelperEvidence): Failure | undefined {
  if (evidence.refusal !== undefined) return explainRefusal(evidence.refusal);
  if (isClosedTerminal(evidence)) return undefined;
  // A helper that is killed takes its bpftrace along, which then ends well.
  if (evidence.greeted && evidence.status === null) return helperDied;
  if (evidence.bpftraceStatus !== undefined) return explainBpftrace(evidence);
  if (evidence.greeted) return evidence.status === 0 ? undefined : helperDied;
  return explainElevation(evidence);
}

/** Closing the terminal of a recording ends it, as is said there; bpftrace may have ended just before. */
function isClosedTerminal({ way, greeted, status, bpftraceStatus = 0 }: HelperEvidence): boolean {
  const endedWell = bpftraceStatus === 0 || bpftraceStatus === WITHOUT_HELPER;
  return way === 'terminal' && greeted && status === null && endedWell;
}

function explainRefusal(refusal: string): Failure {
  const [word = '', detail = ''] = refusal.split(' ');
  switch (word) {
    case 'bpftrace-missing':
      return failure(
        'bpftraceMissing',
        4,
        'bpftrace is not installed where root keeps it.',
        INSTALL,
      );
    case 'bpftrace-broken':
      return failure(
        'bpftraceMissing',
        4,
        'bpftrace is installed but does not start.',
        'Run "bpftrace --version" to see why, and reinstall it.',
      );
    case 'bpftrace-old':
      return failure(
        'bpftraceOld',
        4,
        `bpftrace ${detail} is too old: 0.17 is the oldest that works.`,
        'Install a newer bpftrace.',
      );
    case 'no-btf':
      return failure(
        'noBtf',
        5,
        'This kernel does not describe its types (no /sys/kernel/btf/vmlinux).',
        'Use a kernel built with CONFIG_DEBUG_INFO_BTF, as all current distributions ship.',
      );
    case 'machine':
      return failure(
        'machine',
        5,
        'This kind of machine is not supported.',
        'x86_64, aarch64 and riscv64 are.',
      );
    case 'not-root':
      return failure('denied', 3, 'The helper was started without root.', SUDO);
    default:
      return failure('usage', 2, `The helper refused the option ${detail || word}.`, '');
  }
}

/** What sample.bt ends with when a shell of the helper is gone. */
const WITHOUT_HELPER = 70;

function explainBpftrace(evidence: HelperEvidence): Failure {
  if (evidence.bpftraceStatus === WITHOUT_HELPER) return helperDied;
  const said = lastError(evidence.messages);
  if (/Operation not permitted|lockdown|CAP_BPF|bpf syscall/i.test(said)) {
    return failure(
      'noBpf',
      5,
      `The kernel does not let bpftrace in: ${said}.`,
      'In a container add CAP_BPF, CAP_PERFMON and CAP_SYS_ADMIN; under lockdown BPF is off.',
    );
  }
  if (evidence.bpftraceStatus !== undefined && evidence.bpftraceStatus > 128) {
    if (evidence.stopped) return bpftraceHung;
    return failure(
      'bpftraceDied',
      5,
      `bpftrace was ended from outside by signal ${evidence.bpftraceStatus - 128}.`,
      'What was counted until then is saved; start again to go on.',
    );
  }
  return failure(
    'bpftraceFailed',
    5,
    said === '' ? 'bpftrace ended by itself.' : `bpftrace failed: ${said}.`,
    'What was counted until then is saved; "stack-count record --capture FILE" shows more.',
  );
}

/** Warnings that every run prints are not the reason it failed. */
function lastError(messages: readonly string[]): string {
  const errors = messages.filter(
    (line) => /error|failed|denied|permitted/i.test(line) && !/RLIMIT_MEMLOCK|WARNING/.test(line),
  );
  return (errors.pop() ?? '').slice(0, 300).replace(/\.$/, '');
}

/** The sentence to show: what is wrong and what to do next. */
export function failureText({ problem, advice }: Failure): string {
  return advice === '' ? problem : `${problem} ${advice}`;
}
