/** What a hostile path leads to is never opened for reading, unless it is a regular file. */
import assert from 'node:assert/strict';
import { linkSync, mkdirSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { deviceName, openRegular } from '../../../src/symbols/fileAccess';
import { binaryOf } from '../../../src/symbols/binaryText';
import { tempDir } from '../../support/tempDir';
import { run } from '../../support/knownPrograms';

const folder = tempDir('access');
const regular = join(folder, 'regular');
writeFileSync(regular, 'content');

function refusal(path: string, links: 'follow' | 'refuse' = 'refuse'): string {
  const started = performance.now();
  const opened = openRegular(path, links);
  assert.ok(performance.now() - started < 1000, 'nothing was waited for');
  assert.equal(opened.ok, false);
  return opened.ok ? '' : opened.reason;
}

test('a FIFO, a device, a directory and what is not there are refused at once', () => {
  const fifo = join(folder, 'fifo');
  run('mkfifo', fifo);
  mkdirSync(join(folder, 'directory'));
  for (const path of [fifo, '/dev/zero', '/dev/tty', join(folder, 'directory')]) {
    assert.equal(refusal(path), 'not a regular file');
    assert.equal(refusal(path, 'follow'), 'not a regular file');
  }
  assert.match(refusal(join(folder, 'missing')), /ENOENT/);
  assert.ok(refusal('/tmp/nul\0inside'));
  assert.ok(refusal(''));
});

test('a link is followed only where that was asked for', () => {
  const link = join(folder, 'link');
  symlinkSync(regular, link);
  assert.equal(refusal(link), 'not a regular file');
  const followed = openRegular(link, 'follow');
  assert.ok(followed.ok);
  assert.equal(followed.value.read(0, 7)?.toString(), 'content');
  followed.value.close();
  const toFifo = join(folder, 'link-to-device');
  symlinkSync('/dev/zero', toFifo);
  assert.equal(refusal(toFifo, 'follow'), 'not a regular file');
});

test('exactly what is asked for is read, or nothing', () => {
  const path = join(folder, 'shrinking');
  writeFileSync(path, '0123456789');
  const file = openRegular(path, 'refuse');
  assert.ok(file.ok);
  const { value } = file;
  assert.equal(value.read(3, 4)?.toString(), '3456');
  assert.equal(value.read(10, 0)?.length, 0);
  for (const [offset, length] of [
    [8, 3],
    [-1, 2],
    [0, -1],
    [NaN, 1],
    [0, NaN],
    [2 ** 60, 2 ** 60],
  ] as const) {
    assert.equal(value.read(offset, length), undefined, `${length} at ${offset}`);
  }
  truncateSync(path, 4);
  assert.equal(value.read(3, 4), undefined, 'cut since it was opened');
  value.close();
});

test('a path is bytes, not text', () => {
  const name = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe, 0x41])]);
  writeFileSync(name, 'x');
  const file = openRegular(binaryOf(name), 'refuse');
  assert.ok(file.ok);
  file.value.close();
});

test('a file is known by what stat says, also under another name', () => {
  const other = join(folder, 'other-name');
  linkSync(regular, other);
  const [a, b] = [openRegular(regular, 'refuse'), openRegular(other, 'refuse')];
  assert.ok(a.ok && b.ok);
  assert.deepEqual(a.value.identity, b.value.identity);
  assert.equal(a.value.identity.inode, String(statSync(regular).ino));
  a.value.close();
  b.value.close();
});

test('devices are named as maps print them', () => {
  assert.equal(deviceName(0xfe00n), 'fe:00');
  assert.equal(deviceName(42n), '00:2a');
  // gnu_dev_makedev of glibc.
  const makedev = (major: bigint, minor: bigint) =>
    ((major & 0xfffff000n) << 32n) |
    ((major & 0xfffn) << 8n) |
    ((minor & 0xffffff00n) << 12n) |
    (minor & 0xffn);
  assert.equal(deviceName(makedev(0x1ffen, 0x10005n)), '1ffe:10005');
  assert.equal(deviceName(makedev(8n, 0x100n)), '08:100');
});
