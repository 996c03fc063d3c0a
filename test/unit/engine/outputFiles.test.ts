import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
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

test('a symbolic link in the place of the lock is replaced, not followed', () => {
  const victim = join(folder, 'victim');
  writeFileSync(victim, 'precious');
  const lock = join(folder, '.stack_count.lock');
  symlinkSync(victim, `${lock}.${process.pid}`);
  const unlock = lockFolder(folder, 'me');
  assert.equal(readFileSync(victim, 'utf8'), 'precious');
  assert.ok(lstatSync(lock).isFile());
  unlock();
  assert.deepEqual(readdirSync(folder), ['victim']);
});

const asRoot = { skip: process.getuid?.() !== 0 && 'needs root' };
const NOBODY = 65_534;

test("the lock belongs to sudo's caller, who can remove it", asRoot, (context) => {
  const { SUDO_UID: before } = process.env;
  context.after(() => {
    if (before === undefined) delete process.env['SUDO_UID'];
    else process.env['SUDO_UID'] = before;
  });
  process.env['SUDO_UID'] = String(NOBODY);
  const unlock = lockFolder(folder, 'me');
  assert.equal(statSync(join(folder, '.stack_count.lock')).uid, NOBODY);
  unlock();
});

/** Why that user can not record in the folder. */
function refusalTo(uid: number): FolderBusyError {
  process.seteuid?.(uid);
  try {
    lockFolder(folder, 'me')();
  } catch (error) {
    if (error instanceof FolderBusyError) return error;
    throw error;
  } finally {
    process.seteuid?.(0);
  }
  return assert.fail('it was not refused');
}

test('a lock that another user left in a sticky folder is named, with what to do', asRoot, () => {
  chmodSync(folder, 0o1777);
  const path = join(folder, '.stack_count.lock');
  for (const [stale, whose] of [
    ['{"pid":4194303,"started":"1"}', 'was left by process 4194303 of'],
    ['garbage', 'belongs to'],
  ] as const) {
    writeFileSync(path, stale);
    const { message, advice } = refusalTo(NOBODY);
    assert.equal(message, `${path} ${whose} another user and can not be removed by you.`);
    assert.equal(advice, 'Remove it as root');
    assert.deepEqual(readdirSync(folder), ['.stack_count.lock']);
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
  const script = 'exec 3<&0; sh -c "read _ <&3" & echo $!; exec sleep 20';
  const parent = spawn('/bin/sh', ['-c', script]);
  try {
    const [said] = (await once(parent.stdout, 'data')) as [Buffer];
    const ended = () =>
      readFileSync(`/proc/${Number(String(said))}/stat`, 'latin1').includes(') Z ');
    const comm = () => readFileSync(`/proc/${parent.pid}/comm`, 'latin1');
    await waitFor('the shell to be replaced', comm, (name) => name === 'sleep\n');
    parent.stdin.write('\n');
    await waitFor('a zombie', ended);
    assert.equal(startTime(Number(String(said))), undefined);
  } finally {
    parent.kill('SIGKILL');
  }
});
