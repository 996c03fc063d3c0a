/** Names under which others may have planted something: only regular files are opened. */
import assert from 'node:assert/strict';
import {
  closeSync,
  linkSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  describeReadError,
  readStart,
  readWhole,
  TooLargeError,
} from '../../../src/files/readFile';
import {
  createFile,
  NotAFileError,
  openRegular,
  requireFileOrNothing,
} from '../../../src/files/regularFile';
import { tempDir } from '../../support/tempDir';
import { plantAll } from '../../support/planted';

const folder = tempDir('files');
const regular = join(folder, 'regular');
writeFileSync(regular, '0123456789');

test('anything but a regular file is named by its kind and never blocks', () => {
  const planted = plantAll(tempDir('planted'), 'x');
  for (const { path, kind } of planted) {
    for (const open of [
      () => openRegular(path, 'refuse'),
      () => readWhole(path, 10, 'refuse'),
      () => requireFileOrNothing(path),
    ]) {
      assert.throws(open, (error) => error instanceof NotAFileError && error.kind === kind, kind);
    }
  }
  requireFileOrNothing(regular);
  requireFileOrNothing(join(folder, 'nothing'));
});

test('a link to a device is refused even where links are followed', () => {
  const link = join(folder, 'to-zero');
  symlinkSync('/dev/zero', link);
  assert.throws(() => readWhole(link, 10, 'follow'), /^NotAFileError: it is a device/);
});

test('a file up to the limit is read whole; a larger one is not read at all', () => {
  assert.equal(String(readWhole(regular, 10, 'refuse')), '0123456789');
  assert.throws(() => readWhole(regular, 9, 'refuse'), TooLargeError);
  const sparse = join(folder, 'sparse');
  writeFileSync(sparse, 'x');
  truncateSync(sparse, 5 * 2 ** 30);
  assert.throws(() => readWhole(sparse, 2 ** 30, 'refuse'), /it is larger than 1 GB/);
  assert.equal(readStart(sparse, 1024, 'refuse').length, 1024);
  assert.equal(String(readStart(regular, 1024, 'refuse')), '0123456789');
});

test('a file that reports size 0 is read, within the limit', () => {
  assert.equal(statSync('/proc/self/maps').size, 0);
  assert.match(String(readWhole('/proc/self/maps', 2 ** 24, 'refuse')), /\[stack\]/);
  assert.throws(() => readWhole('/proc/self/maps', 100, 'refuse'), TooLargeError);
});

test('the reason a file cannot be read is given in words', () => {
  const why = (path: string): string => {
    try {
      readWhole(path, 10, 'follow');
    } catch (error) {
      return describeReadError(error);
    }
    return assert.fail('it was read');
  };
  assert.equal(why(join(folder, 'nothing')), 'it does not exist');
  assert.equal(why(folder), 'it is a folder, and not a regular file');
  assert.equal(why(join(regular, 'below')), 'it cannot be read (ENOTDIR)');
});

test('a new file is private, and whatever had its name is not written to', () => {
  const victim = join(folder, 'victim');
  writeFileSync(victim, 'precious');
  const [link, hardLink] = [join(folder, 'link'), join(folder, 'hard-link')];
  symlinkSync(victim, link);
  linkSync(victim, hardLink);
  for (const path of [link, hardLink]) {
    closeSync(createFile(path));
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(statSync(path).size, 0);
  }
  assert.equal(readFileSync(victim, 'utf8'), 'precious');
});
