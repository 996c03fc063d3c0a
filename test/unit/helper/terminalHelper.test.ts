import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { TerminalHelper } from '../../../src/helper/terminalHelper';

/** As the editor's terminal would run it. */
function runIn(helper: TerminalHelper, program: readonly string[]): ChildProcess {
  const { file, arguments: words } = helper.command(program);
  return spawn(file, [...words], { stdio: 'ignore' });
}

const folderOf = (helper: TerminalHelper): string => helper.command([]).arguments[3] ?? '';

test('the three streams and the status go through, and the folder is this user’s alone', async () => {
  const helper = new TerminalHelper();
  const folder = folderOf(helper);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  helper.stdin.write('run\n');
  const said = { out: '', err: '' };
  helper.stdout.on('data', (chunk: Buffer) => (said.out += String(chunk)));
  helper.stderr.on('data', (chunk: Buffer) => (said.err += String(chunk)));
  runIn(helper, ['/bin/sh', '-c', 'read -r a; echo "out $a"; echo err >&2; cat; exit 7']);
  const ended = Promise.all([once(helper, 'exit'), once(helper, 'close')]);
  // A FIFO that is closed before the other side has opened it forgets what was written.
  await once(helper.stdout, 'data');
  helper.stdin.end('more\n');
  const [[status]] = await ended;
  assert.deepEqual([status, said], [7, { out: 'out run\nmore\n', err: 'err\n' }]);
  assert.equal(existsSync(folder), false);
});

test('a terminal that is closed is an end without a status', async () => {
  const helper = new TerminalHelper();
  helper.stdout.resume();
  helper.stderr.resume();
  const shell = runIn(helper, ['/bin/sh', '-c', 'echo here; read -r _']);
  await once(helper.stdout, 'data');
  shell.kill('SIGKILL');
  assert.deepEqual(await once(helper, 'exit'), [null]);
  helper.stdin.destroy();
});

test('given up before anything ran, it leaves nothing', async () => {
  const helper = new TerminalHelper();
  for (const stream of [helper.stdin, helper.stdout, helper.stderr]) stream.destroy();
  assert.deepEqual(await once(helper, 'exit'), [null]);
  assert.equal(existsSync(folderOf(helper)), false);
});
