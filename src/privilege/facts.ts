/** What this machine and this process have to become root with. Found out by looking, not by trying. */
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import type { InstalledState } from './installedHelper';

/** A program that makes root of its caller. */
export interface Elevator {
  readonly path: string;
  /** It belongs to root and has the setuid bit: without, it can do nothing. */
  readonly setuid: boolean;
}

export interface PrivilegeFacts {
  readonly uid: number;
  readonly installed: InstalledState;
  readonly pkexec: Elevator | undefined;
  readonly sudo: Elevator | undefined;
  /** The kernel keeps this process, and all it starts, from ever gaining a right: prctl(2). */
  readonly noNewPrivileges: boolean;
  /** Somebody may be watching a terminal that we can ask for a password on. */
  readonly terminal: boolean;
}

/** Never looked up in PATH: what is run as root is not for a variable to say. */
const FOLDERS = ['/usr/bin', '/bin', '/usr/local/bin', '/run/wrappers/bin'];

export function readFacts(installed: InstalledState): PrivilegeFacts {
  return {
    uid: process.getuid?.() ?? -1,
    installed,
    pkexec: findElevator('pkexec'),
    sudo: findElevator('sudo'),
    noNewPrivileges: /^NoNewPrivs:\t1$/m.test(readText('/proc/self/status')),
    terminal: hasTerminal(),
  };
}

function findElevator(name: string): Elevator | undefined {
  for (const folder of FOLDERS) {
    const path = `${folder}/${name}`;
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isFile()) return { path, setuid: found.uid === 0 && (found.mode & 0o4000) !== 0 };
  }
  return undefined;
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r+'));
    return true;
  } catch {
    return false;
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
