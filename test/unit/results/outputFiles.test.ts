import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { FolderBusyError, lockFolder, startTime } from '../../../src/results/folderLock';
import { whyNotWritable, writeWhole } from '../../../src/results/outputFiles';
import { FolderReplacedError, OutputFolder } from '../../../src/results/outputFolder';
import { callingUser } from '../../../src/privilege/callingUser';
import { plantAll } from '../../support/planted';
import { waitFor } from '../../support/waitFor';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stack-count-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, chunks: Iterable<string>): void {
  const held = OutputFolder.open(folder);
  try {
    writeWhole(held, name, chunks);
  } finally {
    held.close();
  }
}

test('a file is replaced as a whole', () => {
  const path = join(folder, 'x.log');
  writeFileSync(path, 'old');
  write('x.log', ['ne', 'w', '\n']);
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
  assert.throws(() => write('x.log', broken()), /full/);
  assert.equal(readFileSync(path, 'utf8'), 'old');
  assert.deepEqual(readdirSync(folder), ['x.log']);
});

test('a symbolic link in the place of the file is replaced, not followed', () => {
  const victim = join(folder, 'victim');
  writeFileSync(victim, 'precious');
  symlinkSync(victim, join(folder, 'x.log'));
  write('x.log', ['new']);
  assert.equal(readFileSync(victim, 'utf8'), 'precious');
});

test('why a folder cannot be written is said in words', () => {
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
  const { unlock } = lockFolder(folder, 'stack-count record');
  assert.throws(
    () => lockFolder(folder, 'another'),
    (error) =>
      error instanceof FolderBusyError &&
      error.message ===
        `stack-count record (process ${process.pid}) is recording in ${folder} already.`,
  );
  unlock();
  lockFolder(folder, 'another').unlock();
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
    lockFolder(folder, 'me').unlock();
  }
});

test('what is no file in the place of the lock is named, with what to do, and left alone', () => {
  for (const { path, kind } of plantAll(folder, '.stack_count.lock')) {
    const before = lstatSync(path);
    assert.throws(
      () => lockFolder(dirname(path), 'me'),
      (error) =>
        error instanceof FolderBusyError &&
        error.message === `${path} is ${kind}, and not the lock of a recording.` &&
        error.advice === 'Remove it',
      kind,
    );
    assert.equal(lstatSync(path).ino, before.ino);
    assert.deepEqual(readdirSync(dirname(path)), ['.stack_count.lock']);
  }
});

test('of a lock of any size a little is read', () => {
  const path = join(folder, '.stack_count.lock');
  writeFileSync(path, '{"pid":1');
  truncateSync(path, 5 * 2 ** 30);
  lockFolder(folder, 'me').unlock();
  assert.deepEqual(readdirSync(folder), []);
});

test('files are for their owner alone, the lock for all, whatever there was and the umask', () => {
  writeFileSync(join(folder, 'x.log'), 'old', { mode: 0o644 });
  const before = process.umask(0o077);
  try {
    const { unlock } = lockFolder(folder, 'me');
    assert.equal(statSync(join(folder, '.stack_count.lock')).mode & 0o777, 0o644);
    process.umask(0);
    write('x.log', ['new']);
    assert.equal(statSync(join(folder, 'x.log')).mode & 0o777, 0o600);
    unlock();
  } finally {
    process.umask(before);
  }
});

test('a symbolic link in the place of the lock is replaced, not followed', () => {
  const victim = join(folder, 'victim');
  writeFileSync(victim, 'precious');
  const lock = join(folder, '.stack_count.lock');
  symlinkSync(victim, `${lock}.${process.pid}`);
  const { unlock } = lockFolder(folder, 'me');
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
  const { unlock } = lockFolder(folder, 'me');
  assert.equal(statSync(join(folder, '.stack_count.lock')).uid, NOBODY);
  unlock();
});

/** Why that user cannot record in the folder. */
function refusalTo(uid: number): FolderBusyError {
  process.seteuid?.(uid);
  try {
    lockFolder(folder, 'me').unlock();
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
    assert.equal(message, `${path} ${whose} another user and cannot be removed by you.`);
    assert.equal(advice, 'Remove it as root');
    assert.deepEqual(readdirSync(folder), ['.stack_count.lock']);
  }
});

test('a lock that cannot be read is held, and left alone', asRoot, () => {
  chmodSync(folder, 0o777);
  const path = join(folder, '.stack_count.lock');
  writeFileSync(path, '{"pid":4194303,"started":"1"}');
  chmodSync(path, 0);
  const { message, advice } = refusalTo(NOBODY);
  assert.match(
    message,
    /\.stack_count\.lock .* cannot be read by you, so a recording may be running/,
  );
  assert.equal(advice, 'Let its owner or root remove it');
  assert.equal(statSync(path).mode & 0o777, 0);
});

/** A locked folder, which is then renamed and has a link to another one in its place. */
function swapped() {
  const [out, moved, elsewhere] = ['out', 'moved', 'elsewhere'].map((name) => join(folder, name));
  assert.ok(out && moved && elsewhere);
  mkdirSync(out);
  mkdirSync(elsewhere);
  const locked = lockFolder(out, 'me');
  renameSync(out, moved);
  symlinkSync(elsewhere, out);
  return { ...locked, out, moved, elsewhere };
}

test('a folder that was renamed, with a link in its place, has the results and loses its lock', () => {
  const { folder: held, unlock, out, moved, elsewhere } = swapped();
  writeFileSync(join(elsewhere, 'x.log'), 'precious');
  writeFileSync(
    join(elsewhere, '.stack_count.lock'),
    readFileSync(join(moved, '.stack_count.lock')),
  );
  writeWhole(held, 'x.log', ['new']);
  assert.deepEqual([held.path, held.movedTo], [out, moved]);
  unlock();
  assert.deepEqual(readdirSync(moved), ['x.log']);
  assert.deepEqual(readdirSync(elsewhere).sort(), ['.stack_count.lock', 'x.log']);
  assert.equal(readFileSync(join(elsewhere, 'x.log'), 'utf8'), 'precious');
});

test('a folder that was removed, with a link in its place, is not made again through it', () => {
  const { folder: held, unlock, moved, elsewhere } = swapped();
  renameSync(join(folder, 'out'), join(folder, 'moved-link'));
  rmSync(moved, { recursive: true });
  symlinkSync(elsewhere, join(folder, 'out'));
  assert.throws(() => writeWhole(held, 'x.log', ['new']), FolderReplacedError);
  unlock();
  assert.deepEqual(readdirSync(elsewhere), []);
});

test('a folder that was removed is made again where it was, with its lock', () => {
  const out = join(folder, 'out');
  mkdirSync(out);
  const { folder: held, unlock } = lockFolder(out, 'me');
  for (const makeItself of [false, true]) {
    rmSync(out, { recursive: true });
    if (makeItself) mkdirSync(out);
    writeWhole(held, 'x.log', ['new']);
    assert.equal(held.movedTo, undefined);
    assert.deepEqual(readdirSync(out).sort(), ['.stack_count.lock', 'x.log']);
  }
  unlock();
  assert.deepEqual(readdirSync(out), ['x.log']);
});

test('a link above the folder, put there after the start, is not followed either', () => {
  const [above, elsewhere] = [join(folder, 'above'), join(folder, 'elsewhere')];
  mkdirSync(join(above, 'out'), { recursive: true });
  mkdirSync(elsewhere);
  const { folder: held, unlock } = lockFolder(join(above, 'out'), 'me');
  rmSync(join(above, 'out'), { recursive: true });
  renameSync(above, join(folder, 'moved'));
  symlinkSync(elsewhere, above);
  writeWhole(held, 'x.log', ['new']);
  unlock();
  assert.deepEqual(readdirSync(join(folder, 'moved', 'out')), ['x.log']);
  assert.deepEqual(readdirSync(elsewhere), []);
});

test('a folder that can be written and not read will do', asRoot, () => {
  const out = join(folder, 'out');
  chmodSync(folder, 0o755);
  mkdirSync(out);
  chmodSync(out, 0o333);
  process.seteuid?.(NOBODY);
  try {
    const { folder: held, unlock } = lockFolder(out, 'me');
    writeWhole(held, 'x.log', ['new']);
    unlock();
  } finally {
    process.seteuid?.(0);
  }
  assert.deepEqual(readdirSync(out), ['x.log']);
});

test('what a killed recording left half written goes with its lock, and nothing else does', () => {
  const lock = '{"pid":4194303,"started":"1"}';
  writeFileSync(join(folder, '.stack_count.lock'), lock);
  const left = '.stack.svg.4194303.tmp';
  const others = ['.stack.svg.303.tmp', 'mine.4194303.tmp', 'stack.svg'];
  for (const name of [left, ...others]) writeFileSync(join(folder, name), '');
  lockFolder(folder, 'me').unlock();
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
