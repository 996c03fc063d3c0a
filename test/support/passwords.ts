/** Gives the test user a password, and rights with sudo. Only where system tests are allowed. */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { atExit } from './atExit';
import type { TestUser } from './testUser';

/** One that nobody knows but the test. */
export function givePassword(user: TestUser): string {
  const password = randomBytes(9).toString('base64url');
  const { status, stderr } = spawnSync('chpasswd', [], {
    input: `${user.name}:${password}\n`,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`chpasswd failed: ${stderr}`);
  return password;
}

export type SudoRight = 'none' | 'with password' | 'without password';

const SPEC: Record<SudoRight, string | undefined> = {
  none: undefined,
  'with password': 'ALL=(ALL) ALL',
  'without password': 'ALL=(ALL) NOPASSWD: ALL',
};

export function allowSudo(user: TestUser, right: SudoRight): void {
  const path = `/etc/sudoers.d/${user.name}`;
  rmSync(path, { force: true });
  const spec = SPEC[right];
  if (spec === undefined) return;
  // sudo asks each time, so that one test does not help the next.
  const text = `Defaults:${user.name} timestamp_timeout=0\n${user.name} ${spec}\n`;
  writeFileSync(path, text, { mode: 0o440 });
  atExit(() => rmSync(path, { force: true }));
}
