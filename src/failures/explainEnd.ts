/** Why a recording ended as it did, from what is known when the helper has ended. */
import { explainElevation } from './elevationFailure';
import { failure, type Failure, type HelperEvidence } from './failure';

const INSTALL = 'Install it with your package manager (Debian, Ubuntu: apt install bpftrace).';
const SUDO = 'Run it as root (sudo stack-count ...).';

const helperDied: Failure = failure(
  'helperDied',
  5,
  'The helper that runs bpftrace was ended from outside.',
  'What was counted until then is saved; start again to go on.',
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

function explainBpftrace(evidence: HelperEvidence): Failure | undefined {
  if (evidence.bpftraceStatus === WITHOUT_HELPER) return helperDied;
  // It ended as it was told, but on a machine that was too busy for its last maps. They are lost,
  // which the closing line says with their number.
  if (evidence.stopped && evidence.bpftraceStatus === 0) return undefined;
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

/**
 * What every run prints is not the reason it failed: warnings, and `ERROR: failed to open file
 * '/proc/22165/maps': No such file or directory` of a process that ended at once.
 */
const NO_REASON = /RLIMIT_MEMLOCK|WARNING|failed to open file '\/proc\/\d+\/maps'/;

function lastError(messages: readonly string[]): string {
  const errors = messages.filter(
    (line) => /error|failed|denied|permitted/i.test(line) && !NO_REASON.test(line),
  );
  return (errors.pop() ?? '').slice(0, 300).replace(/\.$/, '');
}
