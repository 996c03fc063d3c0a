import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { FolderBusyError, lockFolder, startTime } from '../../../src/engine/folderLock';
import { whyNotWritable, writeWhole } from '../../../src/engine/outputFiles';
import { callingUser } from '../../../src/privilege/callingUser';
import { waitFor } from '../../support/waitFor';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stack-count-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a file is replaced as a whole', () => {
  const path = join(folder, 'x.log');
  writeFileSync(path, 'old');
  writeWhole(path, ['ne', 'w', '\n']);
  assert.equal(readFileSync(path, 'utf8'), 'new\n');
  assert.deepEqual(readdirSync(folder), ['x.log']);
});

test('a write that fails half-way keeps the old file and leaves nothing behind', () => {
  const path = join(folder, 'x.log');
  writeFileSync(path, 'old');
  function* broken(): Generator<string> {
    yield 'a'.repeat(1 << 19);
    throw Object.assign(new Error('full'), { code: 'ENOSPC' });
  }
  assert.throws(() => writeWhole(path, broken()), /full/);
  assert.equal(readFileSync(path, 'utf8'), 'old');
  assert.deepEqual(readdirSync(folder), ['x.log']);
});

test('a symbolic link in the place of the file is replaced, not followed', () => {
  const victim = join(folder, 'victim');
  writeFileSync(victim, 'precious');
  symlinkSync(victim, join(folder, 'x.log'));
  writeWhole(join(folder, 'x.log'), ['new']);
  assert.equal(readFileSync(victim, 'utf8'), 'precious');
});

test('why a folder can not be written is said in words', () => {
  assert.equal(whyNotWritable(folder), undefined);
  assert.match(whyNotWritable(join(folder, 'no')) ?? '', /does not exist$/);
  writeFileSync(join(folder, 'file'), '');
  assert.match(whyNotWritable(join(folder, 'file')) ?? '', /is not a folder$/);
});

test("files belong to sudo's caller", () => {
  assert.deepEqual(callingUser({ SUDO_UID: '1000', SUDO_GID: '100' }, 0), { uid: 1000, gid: 100 });
  assert.deepEqual(callingUser({ PKEXEC_UID: '1000' }, 0), { uid: 1000, gid: 1000 });
  assert.equal(callingUser({ SUDO_UID: '1000' }, 1000), undefined);
  assert.equal(callingUser({}, 0), undefined);
  assert.equal(callingUser({ SUDO_UID: 'x' }, 0), undefined);
});

test('a second recording in a folder is refused with the name of the first', () => {
  const unlock = lockFolder(folder, 'stack-count record');
  assert.throws(
    () => lockFolder(folder, 'another'),
    (error) =>
      error instanceof FolderBusyError &&
      error.message ===
        `stack-count record (process ${process.pid}) is recording in ${folder} already.`,
  );
  unlock();
  lockFolder(folder, 'another')();
  assert.deepEqual(readdirSync(folder), []);
});

test('the lock of a process that is gone is taken over, garbage too', () => {
  const path = join(folder, '.stack_count.lock');
  for (const stale of [
    '{"pid":1,"started":"not its start","what":"x"}',
    '{"pid":4194303,"started":"1"}',
    'garbage',
    '',
  ]) {
    writeFileSync(path, stale);
    lockFolder(folder, 'me')();
  }
});

test('what a killed recording left half written goes with its lock, and nothing else does', () => {
  const lock = '{"pid":4194303,"started":"1"}';
  writeFileSync(join(folder, '.stack_count.lock'), lock);
  const left = '.stack.svg.4194303.tmp';
  const others = ['.stack.svg.303.tmp', 'mine.4194303.tmp', 'stack.svg'];
  for (const name of [left, ...others]) writeFileSync(join(folder, name), '');
  lockFolder(folder, 'me')();
  assert.deepEqual(readdirSync(folder).sort(), others.sort());
});

test('a process that has ended is not alive, also while nobody has looked', async () => {
  assert.match(startTime(process.pid) ?? '', /^\d+$/);
  // The shell is replaced by a program that never asks how its child ended.
  const parent = spawn('/bin/sh', ['-c', 'sh -c "exit 0" & echo $!; exec sleep 20']);
  try {
    const [said] = (await once(parent.stdout, 'data')) as [Buffer];
    const ended = () =>
      readFileSync(`/proc/${Number(String(said))}/stat`, 'latin1').includes(') Z ');
    await waitFor('a zombie', ended);
    assert.equal(startTime(Number(String(said))), undefined);
  } finally {
    parent.kill('SIGKILL');
  }
});
