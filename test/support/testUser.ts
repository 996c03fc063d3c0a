/**
 * An unprivileged user made for the tests, with a home of its own: who uses an editor is not root.
 * Only where system tests are allowed.
 */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { chownSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findOnPath } from '../../scripts/lib/command.mjs';
import { atExit } from './atExit';
import { withoutSystemTests } from './machine';
import { isAlive, processesOfUser } from './processes';

const PREFIX = 'sc-test-';
const PATH = '/usr/local/bin:/usr/bin:/bin';

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export class TestUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;

  constructor(name: string) {
    const [, , uid, gid, , home] = passwdEntry(name) ?? [];
    if (!uid || !gid || !home) throw new Error(`There is no user ${name}.`);
    this.name = name;
    this.uid = Number(uid);
    this.gid = Number(gid);
    this.home = home;
  }

  /** What to spawn, as root, so that a program runs as this user in a clean environment. */
  command(
    file: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Command {
    const who = [`--reuid=${this.uid}`, `--regid=${this.gid}`, '--init-groups'];
    const clean = { HOME: this.home, PATH, SHELL: '/bin/bash', LANG: 'C.UTF-8', USER: this.name };
    return {
      file: findOnPath('setpriv') ?? '/usr/bin/setpriv',
      args: [...who, file, ...args],
      env: { ...clean, ...env },
    };
  }

  /** Runs a program to its end as this user. */
  run(file: string, args: readonly string[] = []): SpawnSyncReturns<string> {
    const { file: setpriv, args: words, env } = this.command(file, args);
    return spawnSync(setpriv, words, { env, cwd: this.home, encoding: 'utf8', timeout: 30_000 });
  }

  /** Gives a file or a whole folder to this user. */
  own(path: string): void {
    chownSync(path, this.uid, this.gid);
    if (!lstatSync(path).isDirectory()) return;
    for (const name of readdirSync(path)) this.own(join(path, name));
  }
}

/** Made anew, and removed with all its processes and files when the test file ends. */
export function createTestUser(): TestUser {
  const reason = withoutSystemTests();
  if (reason) throw new Error(`No test user here: ${reason}`);
  removeLeftovers();
  const name = `${PREFIX}${process.pid}`;
  system('useradd', ['--create-home', '--shell', '/bin/bash', name]);
  const user = new TestUser(name);
  atExit(() => removeUser(user));
  return user;
}

/** Users of test runs that were killed; the name says which process made it. */
function removeLeftovers(): void {
  for (const line of passwd()) {
    const name = line.split(':')[0] ?? '';
    const maker = Number(name.slice(PREFIX.length));
    if (name.startsWith(PREFIX) && !isAlive(maker)) removeUser(new TestUser(name));
  }
}

function removeUser(user: TestUser): void {
  // All processes of this user were started by the test it was made for.
  for (const pid of processesOfUser(user.uid)) kill(pid);
  system('userdel', ['--force', '--remove', user.name]);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended in the meantime.
  }
}

function system(file: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(file, args, { encoding: 'utf8' });
  // userdel ends with 12 when there is no mail box to remove, and has removed the user.
  if (status === 0 || (file === 'userdel' && status === 12)) return;
  throw new Error(`${file} ${args.join(' ')} failed: ${error?.message ?? stderr}`);
}

function passwd(): string[] {
  return readFileSync('/etc/passwd', 'utf8').split('\n');
}

function passwdEntry(name: string): string[] | undefined {
  return passwd()
    .map((line) => line.split(':'))
    .find(([entry]) => entry === name);
}
