/**
 * Why root was not had. pkexec ends with 126 when its dialog was dismissed and with 127 for
 * everything else, and sudo with 1 for everything: the rest is told apart by what they print, which
 * is English because they run with LANG=C. There are two programs called sudo: the words of sudo-rs
 * are those in its src/common/error.rs and src/pam/error.rs.
 */
import type { ElevationFailureKind, Failure, HelperEvidence } from './failure';

interface Explanation {
  readonly kind: ElevationFailureKind;
  readonly said: RegExp;
  readonly problem: string;
  readonly advice: string;
}

const SUDO = 'Run it as root (sudo stack-count ...).';

/** In this order: the words of the first that fits. What they match is what the programs print. */
const EXPLANATIONS: readonly Explanation[] = [
  {
    // pkexec 122: "Error creating textual authentication agent: Error opening current controlling
    // terminal for the process (`/dev/tty'): No such device or address"
    kind: 'noAgent',
    said: /No authentication agent|textual authentication agent|No session for cookie/i,
    problem: 'Nobody can ask for your password here: no polkit agent is running.',
    advice: `A desktop session has an agent; elsewhere record in a terminal, which asks itself.`,
  },
  {
    kind: 'noPolkit',
    said: /Error getting authority|Error initializing authority|Error checking for authorization|org\.freedesktop\.PolicyKit1 was not provided/i,
    problem: 'The polkit service does not answer, so pkexec cannot ask for permission.',
    advice: `Start it (systemctl start polkit), or record in a terminal with sudo.`,
  },
  {
    kind: 'pkexecBroken',
    said: /pkexec must be setuid root|pkexec: (?:Error|Cannot) .*setuid/i,
    problem: 'pkexec is not setuid root here, so it cannot help.',
    advice: `Reinstall it (Debian, Ubuntu: apt install --reinstall pkexec), or use sudo.`,
  },
  {
    // "The value for the SHELL variable was not found in the /etc/shells file"
    kind: 'refusedEnvironment',
    said: /value for (?:the SHELL variable|environment variable)/i,
    problem: 'pkexec refuses the environment it was started in.',
    advice: 'Record in a terminal with sudo, and report this: the environment is ours.',
  },
  {
    kind: 'orphan',
    said: /Refusing to render service to dead parents/i,
    problem: 'pkexec serves no program whose parent is the first process of a container.',
    advice: 'Start the container with an init (docker run --init), or use sudo.',
  },
  {
    kind: 'sudoBroken',
    said: /no new privileges|must be owned by uid 0 and have the setuid bit|effective uid is not 0|unable to (?:open|stat) .*sudoers|sudoers is (?:owned|world writable)|no valid sudoers sources/i,
    problem: 'sudo cannot make root of anybody here.',
    advice: '"stack-count doctor" says what keeps it from doing so; else run it as root.',
  },
  {
    kind: 'wrongPassword',
    said: /incorrect (?:password|authentication) attempts?|no password was provided|Authentication required but not attempted|Authentication (?:failure|failed)/i,
    problem: 'The password was not accepted.',
    advice: 'Start again to get another chance.',
  },
  {
    kind: 'sudoPassword',
    // sudo-rs: "sudo: interactive authentication is required"
    said: /sudo: (?:a password is required|a terminal is required|no tty present|no askpass|interactive authentication is required)/i,
    problem: 'sudo needs a password, and nobody can be asked for it here.',
    advice: `Record in a terminal, which asks. ${SUDO}`,
  },
  {
    kind: 'denied',
    // sudo-rs: "I'm sorry jo. I'm afraid I can't do that", "Sorry, user jo may not run /bin/sh on host."
    said: /Not authorized|not in the sudoers file|not allowed to (?:execute|run)|user \S+ may not run|I'm afraid I can't do that/i,
    problem: 'You are not allowed to run the helper as root.',
    advice: 'Ask an administrator of this machine for permission.',
  },
];

/** Nobody was asked, so another way may still be tried: a person's answer is final. */
const NOT_ASKED: ReadonlySet<string> = new Set<ElevationFailureKind>([
  'noAgent',
  'noPolkit',
  'pkexecBroken',
  'refusedEnvironment',
  'orphan',
  'sudoBroken',
  'sudoPassword',
]);

export function mayTryNext({ kind }: Failure): boolean {
  return NOT_ASKED.has(kind);
}

export function explainElevation({ way, status, messages }: HelperEvidence): Failure {
  if (wasDismissed(way, status)) {
    return {
      kind: 'dismissed',
      exitCode: 3,
      problem: 'Cancelled: root was not granted.',
      advice: '',
    };
  }
  const said = messages.join('\n');
  const found = EXPLANATIONS.find((each) => each.said.test(said));
  if (found) return { kind: found.kind, exitCode: 3, problem: found.problem, advice: found.advice };
  const problem = `The helper did not start${quoted(said)}.`;
  return { kind: 'notStarted', exitCode: 3, problem, advice: SUDO };
}

/** In a terminal the shell does not live to tell a status: Ctrl-C, or the terminal was closed. */
function wasDismissed(way: HelperEvidence['way'], status: number | null): boolean {
  if (way === 'pkexec' || way === 'installed') return status === 126;
  return way === 'terminal' && (status === 126 || status === null || status > 128);
}

function quoted(said: string): string {
  const last = said.trim().split('\n').pop() ?? '';
  return last === '' ? '' : ` (${last.slice(0, 200)})`;
}
