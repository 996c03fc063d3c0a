/** Checks for a bpftrace that the helper will run, and lists the known bugs of its version. */
import { bpftracePaths } from '../../helper/helperText';
import { whyNotTrusted } from '../../privilege/trusted';
import type { Machine } from '../machine';
import { problem, row, type Row } from '../row';

const SUBJECT = {
  id: 'bpftrace',
  title: 'bpftrace',
  why: 'It samples the CPUs. Stack Count runs it only if nobody but root can have changed it.',
};
const INSTALL = 'Install it with your package manager (Debian, Ubuntu: apt install bpftrace).';
const OLDEST = 17;

export type Version = readonly [major: number, minor: number, patch: number];

export function checkBpftrace(machine: Machine): Row {
  const there = bpftracePaths().filter((path) => machine.look(path) !== undefined);
  const path = there.find((each) => whyNot(machine, each) === undefined);
  if (path === undefined) return notUsable(machine, there);
  const version = readVersion(machine.run(path, ['--version'])?.stdout);
  if (!version) return broken(path);
  const text = version.join('.');
  if (minorOf(version) < OLDEST) {
    const fix = 'Install a newer bpftrace.';
    return problem(SUBJECT, 4, `${text} at ${path} is too old: 0.17 is the oldest that works.`, {
      fix,
    });
  }
  const details = knownBugs(version);
  return row(SUBJECT, 'ok', `Version ${text} at ${path}.`, { details });
}

/** Any major version above 0 is newer than every minor one. */
function minorOf([major, minor]: Version): number {
  return major > 0 ? 999 : minor;
}

/** Why the helper would refuse it: it checks the file and every folder above it. */
function whyNot(machine: Machine, path: string): string | undefined {
  return whyNotTrusted(path, (each) => machine.look(each) ?? NOTHING);
}

const NOTHING = { uid: -1, mode: 0 };

function notUsable(machine: Machine, [found]: readonly string[]): Row {
  if (found === undefined) {
    return problem(SUBJECT, 4, 'It is not installed where root keeps it.', { fix: INSTALL });
  }
  const finding = `${found} is not run: ${whyNot(machine, found)}.`;
  const fix =
    'Reinstall it, or let only root own and write the file and every folder above it (chown, chmod).';
  return problem(SUBJECT, 4, finding, { fix });
}

function broken(path: string): Row {
  const fix = `Run "${path} --version" to see why, then reinstall it.`;
  return problem(SUBJECT, 4, `${path} is installed but does not start.`, { fix });
}

/** `bpftrace v0.23.2` */
export function readVersion(text: string | undefined): Version | undefined {
  const found = /^bpftrace v(\d+)\.(\d+)(?:\.(\d+))?/m.exec(text ?? '');
  return found ? [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)] : undefined;
}

interface KnownBug {
  readonly concerns: (minor: number, patch: number) => boolean;
  /** What is wrong, and what Stack Count does about it. */
  readonly text: string;
}

const KNOWN_BUGS: readonly KnownBug[] = [
  {
    concerns: (minor) => minor <= 20,
    text: 'Up to 0.20, stacks collide in the kernel’s table, which is never emptied: Stack Count counts what is lost, and restarts bpftrace when that loses less.',
  },
  {
    concerns: (minor) => minor < 18,
    text: 'Before 0.18 it cannot print bare addresses: Stack Count reads them from its perf format.',
  },
  {
    concerns: (minor) => minor <= 23,
    text: 'With libbpfcc 0.26 to 0.32, naming user functions is slow and closes random files: Stack Count names them itself.',
  },
  {
    concerns: (minor) => minor <= 22,
    text: 'Up to 0.22, a full map loses samples silently: Stack Count also counts every sample outside the map, and shows the difference.',
  },
  {
    concerns: (minor) => minor >= 23,
    text: 'Its JSON doubles escapes (0.23) or drops spaces in keys (0.24 and later): Stack Count reads its text output instead.',
  },
  {
    concerns: (minor, patch) => minor === 24 && patch === 0,
    text: '0.24.0 may refuse programs with several keys and a user stack; 0.24.1 fixes that.',
  },
  {
    concerns: () => true,
    text: 'A request to stop can be lost while it attaches its probes: Stack Count repeats it.',
  },
];

export function knownBugs(version: Version): string[] {
  const minor = minorOf(version);
  return KNOWN_BUGS.filter(({ concerns }) => concerns(minor, version[2])).map(({ text }) => text);
}
