/** What this machine and this process offer for becoming root. Looked up, never tried. */
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import type { InstalledState } from './installedHelper';

/** A program that makes its caller root. */
export interface Elevator {
  readonly path: string;
  /** Whether it belongs to root and has the setuid bit, without which it can do nothing. */
  readonly setuid: boolean;
}

export interface PrivilegeFacts {
  readonly uid: number;
  readonly installed: InstalledState;
  readonly pkexec: Elevator | undefined;
  readonly sudo: Elevator | undefined;
  /** Whether the kernel bars this process and its children from gaining privileges: prctl(2). */
  readonly noNewPrivileges: boolean;
  /** Whether there is a terminal on which somebody may answer a password prompt. */
  readonly terminal: boolean;
}

/** Searched instead of PATH: no variable may decide what runs as root. */
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
