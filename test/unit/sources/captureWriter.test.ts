/** A capture that could not be written to its end is told of before its end is. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CaptureWriter } from '../../../src/sources/captureWriter';
import type { CaptureHeader } from '../../../src/ticks/captureHeader';
import { DEFAULT_CAPTURE } from '../../../src/ticks/options';
import { plantAll } from '../../support/planted';
import { tempDir } from '../../support/tempDir';

const HEADER: CaptureHeader = {
  startedAt: 0,
  options: { ...DEFAULT_CAPTURE, stacks: 'kernel' },
  maxStacks: 1000,
  reportInterval: 5,
  cpus: 2,
  version: '0.1.0',
};
const folder = tempDir('capture');

/** @returns what was told of it, at the moment when it is closed */
async function written(path: string, lines: number): Promise<string[]> {
  const told: string[] = [];
  const writer = new CaptureWriter(path, HEADER, ({ message }) => told.push(message));
  for (let line = 0; line < lines; line++) writer.write({ kind: 'output', line: 'x'.repeat(99) });
  await writer.close();
  return told;
}

/** Of every file that this process writes. */
function limitFiles(bytes: string): void {
  const { status } = spawnSync('prlimit', [`--fsize=${bytes}:`, `--pid=${process.pid}`]);
  assert.equal(status, 0);
}

test('one that fits is whole, new, and for its owner alone', async () => {
  const [victim, path] = [join(folder, 'victim'), join(folder, 'whole')];
  writeFileSync(path, 'old', { mode: 0o644 });
  assert.deepEqual(await written(path, 10), []);
  assert.equal(readFileSync(path, 'latin1').split('\n').length, 12);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  writeFileSync(victim, 'precious');
  symlinkSync(victim, join(folder, 'link'));
  assert.match((await written(join(folder, 'link'), 1)).join(), /^it is a link/);
  assert.equal(readFileSync(victim, 'utf8'), 'precious');
});

test('an error that shows at the end only is told before it is closed', async (context) => {
  context.after(() => limitFiles('unlimited'));
  limitFiles('1000');
  // What fits into the buffers of a stream is written when it ends.
  const told = await written(join(folder, 'cut'), 50);
  assert.equal(told.length, 1);
  assert.match(told[0] ?? '', /EFBIG/);
});

test('what is no file is not waited for', async () => {
  for (const { path, kind } of plantAll(tempDir('planted'), 'x')) {
    assert.deepEqual(await written(path, 1), [`it is ${kind}, and not a regular file`]);
  }
});
