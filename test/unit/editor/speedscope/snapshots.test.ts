import assert from 'node:assert/strict';
import { existsSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { Snapshots } from '../../../../src/editor/speedscope/snapshots';
import { tempDir } from '../../../support/tempDir';

function written(snapshots: Snapshots): string {
  const path = snapshots.fresh();
  writeFileSync(path, '{}');
  return path;
}

test('the folder is for its owner alone, and a snapshot is found by its name', () => {
  const snapshots = new Snapshots(join(tempDir('storage'), 'not', 'there'));
  const path = written(snapshots);
  assert.equal(statSync(snapshots.folder).mode & 0o777, 0o700);
  assert.equal(new Snapshots(snapshots.folder).find(basename(path)), path);
  assert.notEqual(snapshots.fresh(), path);
});

test('a name from a page leads to nothing but a snapshot', () => {
  const folder = tempDir('storage');
  const snapshots = new Snapshots(join(folder, 'speedscope'));
  written(snapshots);
  writeFileSync(join(folder, 'other.speedscope.json'), '{}');
  writeFileSync(join(snapshots.folder, 'other.txt'), '');
  for (const name of ['../other.speedscope.json', 'other.txt', '', 'gone.speedscope.json'])
    assert.equal(snapshots.find(name), undefined, name);
});

test('one that is released goes after a while, but stays for the next window', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const folder = tempDir('storage');
  const [open, closing] = [new Snapshots(folder), new Snapshots(folder)];
  const [gone, kept] = [written(open), written(closing)];
  open.release(gone);
  open.release(undefined);
  closing.release(kept);
  closing.dispose();
  assert.ok(existsSync(gone));
  context.mock.timers.tick(60_000);
  assert.deepEqual([existsSync(gone), existsSync(kept)], [false, true]);
});

test('those that nobody came back for are removed after a week', () => {
  const snapshots = new Snapshots(tempDir('storage'));
  const [old, recent] = [written(snapshots), written(snapshots)];
  const days = (count: number) => Date.now() / 1000 - count * 24 * 3600;
  utimesSync(old, days(8), days(8));
  utimesSync(recent, days(6), days(6));
  snapshots.fresh();
  assert.deepEqual([existsSync(old), existsSync(recent)], [false, true]);
});
