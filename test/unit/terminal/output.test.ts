/** Whatever standard output and the current folder are: a sentence at most, and never an exception. */
import assert from 'node:assert/strict';
import { spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { REPOSITORY } from '../../../scripts/lib/paths.mjs';
import { bundleCli } from '../../support/bundledCli';
import { tempDir } from '../../support/tempDir';

const PROGRAM = bundleCli();
const CAPTURE = join(REPOSITORY, 'test/fixtures/captures/known-0.23.capture');
const FULL = 'stack-count: standard output has no space left on its disk. Give it another place.\n';

const folder = tempDir('output');
const folded = join(folder, 'many.folded');
writeFileSync(folded, Array.from({ length: 20_000 }, (_, i) => `main;f${i};g${i} 1\n`).join(''));

/** Each prints something, of which one is more than fits into a pipe. */
const COMMANDS = [
  { words: ['--help'], code: 0 },
  { words: ['helper', '--help'], code: 0 },
  { words: ['convert', folded, '--to', 'folded'], code: 0 },
  { words: [], code: 2 },
];

async function run(words: readonly string[], stdio: StdioOptions, readsLine = false) {
  const child = spawn(process.execPath, [PROGRAM, ...words], { stdio, cwd: REPOSITORY });
  if (readsLine) child.stdout?.once('data', () => child.stdout?.destroy());
  else child.stdout?.destroy();
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stderr };
}

for (const { words, code } of COMMANDS) {
  const name = `stack-count ${words.map((word) => word.replace(`${folder}/`, '')).join(' ')}`;

  test(`${name}: on a full disk it says so, and fails`, async () => {
    const full = openSync('/dev/full', 'w');
    const end = await run(words, ['ignore', full, 'pipe']);
    closeSync(full);
    assert.deepEqual(end, { code: code || 1, stderr: FULL });
  });

  test(`${name}: without a reader it has nothing to say`, async () => {
    assert.deepEqual(await run(words, ['ignore', 'pipe', 'pipe']), { code, stderr: '' });
  });

  test(`${name}: without room for its messages it does what it does`, async () => {
    const full = openSync('/dev/full', 'w');
    const end = await run(words, ['ignore', 'ignore', full]);
    closeSync(full);
    assert.equal(end.code, code);
  });
}

test('a reader that goes away in the middle has what it wanted', async () => {
  const words = ['convert', folded, '--to', 'folded'];
  assert.deepEqual(await run(words, ['ignore', 'pipe', 'pipe'], true), { code: 0, stderr: '' });
});

test('an unknown command is refused, also where nobody can be told', async () => {
  const full = openSync('/dev/full', 'w');
  const end = await run(['nonsense'], ['ignore', 'ignore', full]);
  closeSync(full);
  assert.equal(end.code, 2);
});

/** From then on there is no current folder; what starts the program from its sources needs one. */
const LEAVE = `data:text/javascript,${encodeURIComponent(`
import { mkdtempSync, rmdirSync } from 'node:fs';
const gone = mkdtempSync('${folder}/gone-');
process.chdir(gone);
rmdirSync(gone);
`)}`;

/** In a folder that is not there any more. */
async function runNowhere(...words: string[]) {
  const all = ['--import', LEAVE, PROGRAM, ...words];
  const child = spawn(process.execPath, all, { stdio: 'pipe', cwd: REPOSITORY });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stderr };
}

const GONE =
  'stack-count: the current folder was removed; go to another one, or give every path in full, -o DIR too.\n';

test('a current folder that was removed is said, where a path needs it', async () => {
  const replay = ['record', '--replay', CAPTURE, '--format', 'none'];
  for (const words of [
    replay,
    [...replay, '-o', folder, '--capture', 'x'],
    ['convert', folded, '--to', 'svg', '-o', 'x.svg'],
  ]) {
    assert.deepEqual(await runNowhere(...words), { code: 2, stderr: GONE });
  }
});

test('with whole paths nothing is missed in a folder that was removed', async () => {
  const target = join(folder, 'whole.svg');
  const end = await runNowhere('convert', folded, '--to', 'svg', '-o', target);
  assert.deepEqual(end, { code: 0, stderr: '' });
  assert.match(readFileSync(target, 'utf8'), /<\/svg>\n$/);
  const replay = ['record', '--replay', CAPTURE, '--duration', '2', '--format', 'none'];
  assert.equal((await runNowhere(...replay, '-o', folder)).code, 0);
});
