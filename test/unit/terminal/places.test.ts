/** Files that a command line names, and what may stand there instead of one. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { lstatSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { REPOSITORY } from '../../../scripts/lib/paths.mjs';
import { bundleCli } from '../../support/bundledCli';
import { plantAll } from '../../support/planted';
import { tempDir } from '../../support/tempDir';

const CAPTURE = join(REPOSITORY, 'test/fixtures/captures/known-0.23.capture');
const PROGRAM = bundleCli();
const REPLAY = ['record', '--duration', '2', '--format', 'none'];

function run(...words: string[]) {
  // What waits for somebody at the other end of a FIFO would wait for ever.
  const options = { cwd: REPOSITORY, encoding: 'utf8', timeout: 20_000 } as const;
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, ...words], options);
  return { status, stderr };
}

const folder = tempDir('places');
const stacks = join(folder, 'a.folded');
writeFileSync(stacks, 'main;run 3\n');
/** Of the others test/unit/files/ tells. */
const planted = plantAll(tempDir('planted'), 'x').filter(({ kind }) => /FIFO|link/.test(kind));

for (const { path, kind } of planted) {
  const what = kind === 'a link' ? 'a device' : kind;

  test(`${kind} is no capture to be replayed, and nothing to be converted`, () => {
    const sentence = `${path}: it is ${what}, and not a regular file. See stack-count --help.\n`;
    assert.deepEqual(run(...REPLAY, '-o', folder, '--replay', path), {
      status: 2,
      stderr: `stack-count: --replay ${sentence}`,
    });
    assert.deepEqual(run('convert', path, '--to', 'folded'), {
      status: 2,
      stderr: `stack-count: ${sentence}`,
    });
  });

  test(`${kind} is no place for a capture or a picture, and stays as it is`, () => {
    const before = lstatSync(path);
    const replay = [...REPLAY, '-o', folder, '--replay', CAPTURE];
    assert.deepEqual(run(...replay, '--capture', path), {
      status: 2,
      stderr: `stack-count: --capture: ${path} is ${kind}, and not a regular file; name another file, or a new one. See stack-count --help.\n`,
    });
    const { status, stderr } = run('convert', stacks, '--to', 'svg', '-o', path);
    assert.equal(status, 2);
    assert.match(stderr, new RegExp(`-o: ${path} is ${kind}, .*leave -o out for standard output`));
    assert.deepEqual([lstatSync(path).ino, lstatSync(path).mode], [before.ino, before.mode]);
  });
}

test('a capture in a folder that is not there is refused before anything starts', () => {
  const path = join(folder, 'no', 'x');
  const { status, stderr } = run(...REPLAY, '-o', folder, '--replay', CAPTURE, '--capture', path);
  assert.equal(status, 2);
  assert.match(stderr, /^stack-count: --capture: .*no does not exist\. See/);
});

test('a capture that is replayed and written under one name is replayed to its end', () => {
  const [path, sample] = [join(folder, 'both.capture'), join(REPOSITORY, 'samples/sample.capture')];
  writeFileSync(path, readFileSync(sample), { mode: 0o644 });
  const end = run('record', '--format', 'none', '-o', folder, '--replay', path, '--capture', path);
  assert.equal(end.status, 0, end.stderr);
  assert.equal(readFileSync(path, 'latin1'), readFileSync(sample, 'latin1'));
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('a link to a file is read', () => {
  const link = join(folder, 'link.folded');
  symlinkSync(stacks, link);
  assert.deepEqual(run('convert', link, '--to', 'folded'), { status: 0, stderr: '' });
});

test('what is converted is for its owner alone, in a folder that is made for it', () => {
  const path = join(folder, 'new', 'a.svg');
  assert.equal(run('convert', stacks, '--to', 'svg', '-o', path).status, 0);
  assert.equal(statSync(path).mode & 0o777, 0o600);
});
