/** Reports that cannot be printed: a reader that is gone ends the recording, a full disk does not. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { REPOSITORY } from '../../../scripts/lib/paths.mjs';
import { bundleCli } from '../../support/bundledCli';
import { Pty } from '../../support/pty';
import { tempDir } from '../../support/tempDir';

const CAPTURE = join(REPOSITORY, 'test/fixtures/captures/known-0.23.capture');

const PROGRAM = bundleCli();

/** The tool replays a recording, with `stdout` for its reports. */
async function replay(stdout: number | 'pipe') {
  const folder = tempDir('console');
  const words = ['record', '--replay', CAPTURE, '--duration', '2', '-o', folder];
  const child = spawn(process.execPath, [PROGRAM, ...words], {
    stdio: ['ignore', stdout, 'pipe'],
    cwd: REPOSITORY,
  });
  child.stdout?.destroy();
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stderr, files: readdirSync(folder).sort() };
}

const FILES = ['stack.svg', 'stack_count.log'];

test('a full disk behind standard output is said once, and all else is written', async () => {
  const full = openSync('/dev/full', 'w');
  const { code, stderr, files } = await replay(full);
  closeSync(full);
  const complaints = stderr.split('\n').filter((line) => line.startsWith('stack-count: '));
  assert.deepEqual(complaints, [
    'stack-count: standard output has no space left on its disk. Give it another place; the files of the recording are still written.',
  ]);
  assert.match(stderr, /\n[\d,]+ samples in .* lost\n$/);
  assert.deepEqual([code, files], [1, FILES]);
});

test('a reader that is gone is nothing to complain about', async () => {
  const { code, stderr, files } = await replay('pipe');
  assert.doesNotMatch(stderr, /^stack-count: /m);
  assert.deepEqual([code, files], [0, FILES]);
});

test('in a terminal a report does not begin behind the line of progress', async () => {
  const places = ['--replay', CAPTURE, '-o', tempDir('console')];
  const words = ['record', ...places, '--duration', '2', '--format', 'table'];
  const asOurselves = (file: string, args: readonly string[]) => ({
    file,
    args: [...args],
    env: { PATH: process.env['PATH'] ?? '' },
  });
  const pty = new Pty(asOurselves, [process.execPath, PROGRAM, ...words]);
  assert.equal(await pty.ended, 0);
  const beforeReport = /([^\n]*)2 s, [\d,]+ samples, 1 /.exec(pty.output)?.[1] ?? '';
  assert.match(beforeReport, / lost .*\r\u001b\[K$/);
});
