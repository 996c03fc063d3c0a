/** Code that is in no file: the vdso of the kernel, and what JITs make. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseMaps } from '../../../src/symbols/maps';
import { Symboliser } from '../../../src/symbols/symboliser';
import { atExit } from '../../support/atExit';
import { withoutCompiler } from '../../support/machine';
import { tempDir } from '../../support/tempDir';
import { waitFor } from '../../support/waitFor';
import { functionsOf } from '../../support/knownPrograms';

test('the vdso, as readelf reads a copy of it', { skip: withoutCompiler() }, () => {
  const maps = readFileSync('/proc/self/maps', 'latin1');
  const vdso = parseMaps(maps).find(({ name }) => name === '[vdso]');
  assert.ok(vdso);
  const bytes = Buffer.alloc(vdso.end - vdso.start);
  const memory = openSync('/proc/self/mem', 'r');
  readSync(memory, bytes, 0, bytes.length, vdso.start);
  closeSync(memory);
  const copy = join(tempDir('vdso'), 'vdso.so');
  writeFileSync(copy, bytes);
  const functions = functionsOf(copy, 'dynamic');
  assert.ok(functions.size > 2);
  const symboliser = new Symboliser();
  symboliser.setMappings('self', process.pid, maps);
  for (const [address, names] of functions) {
    const asked = { address: (vdso.start + address).toString(16), leaf: true };
    const [resolved] = symboliser.resolve('self', [asked]);
    assert.ok(names.has(resolved!.symbol), resolved!.symbol);
    assert.equal(resolved!.module, '[vdso]');
    assert.equal(resolved!.kind, 'native');
  }
});

test('a vdso of another size, or in the low 4 GB as of 32-bit processes, is not ours', () => {
  const maps = readFileSync('/proc/self/maps', 'latin1');
  const vdso = parseMaps(maps).find(({ name }) => name === '[vdso]');
  assert.ok(vdso);
  const size = vdso.end - vdso.start;
  const symboliser = new Symboliser();
  for (const [start, end] of [
    [0xf7f00000, 0xf7f00000 + size],
    [vdso.start, vdso.end + 0x1000],
  ] as const) {
    const range = `${start.toString(16)}-${end.toString(16)}`;
    symboliser.setMappings('other', process.pid, `${range} r-xp 00000000 00:00 0 [vdso]`);
    for (let offset = 0; offset < size; offset += 16) {
      const asked = { address: (start + offset).toString(16), leaf: true };
      const [resolved] = symboliser.resolve('other', [asked]);
      assert.equal(resolved?.symbol, '[unknown]');
      assert.equal(resolved?.module, '[vdso]');
    }
  }
});

test('functions of node, by the perf map it writes', async () => {
  const folder = tempDir('node');
  const script = join(folder, 'hot.js');
  writeFileSync(
    script,
    `function veryHot(n) { let s = 0; for (let i = 0; i < n; i++) s += Math.sqrt(i); return s; }
     for (const end = Date.now() + 20000; Date.now() < end; ) veryHot(1e6);`,
  );
  const child = spawn(process.execPath, ['--perf-basic-prof', script], { cwd: folder });
  const stop = atExit(() => child.kill('SIGKILL'));
  const path = `/tmp/perf-${child.pid}.map`;
  atExit(() => rmSync(path, { force: true }));
  const listed = () =>
    /^([0-9a-f]+) [0-9a-f]+ (JS:\*veryHot .*)$/m.exec(readFileSync(path, 'utf8'));
  const line = await waitFor('node to optimise the function', listed);
  const symboliser = new Symboliser();
  symboliser.setMappings('node', child.pid!, readFileSync(`/proc/${child.pid}/maps`, 'latin1'));
  assert.equal(symboliser.covers('node', line![1]!), true);
  const [hot] = symboliser.resolve('node', [{ address: line![1]!, leaf: true }]);
  assert.deepEqual(hot, { symbol: line![2], name: line![2], module: '[jit]', kind: 'jit' });
  stop();
});

test('a JIT that puts other code into the same memory, and ends', async () => {
  const perfMapFolder = tempDir('perf-maps');
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  const stop = atExit(() => child.kill('SIGKILL'));
  const path = join(perfMapFolder, `perf-${child.pid}.map`);
  const symboliser = new Symboliser({ perfMapFolder });
  const maps =
    '10000-20000 rwxp 00000000 00:00 0 \n30000-40000 r-xp 00000000 00:01 7 /memfd:jit (deleted)';
  symboliser.setMappings('jit', child.pid!, maps);
  const symbolsAt = (...addresses: string[]) =>
    symboliser
      .resolve(
        'jit',
        addresses.map((address) => ({ address, leaf: true })),
      )
      .map(({ symbol }) => symbol);
  assert.deepEqual(symbolsAt('10008'), ['[unknown]']);
  writeFileSync(path, '10000 10 first\n30000 10 in shared memory\n');
  assert.deepEqual(symbolsAt('10008', '30008'), ['first', 'in shared memory']);
  appendFileSync(path, '10000 10 second\n');
  assert.deepEqual(symbolsAt('10008', '50000'), ['second', '[unknown]']);
  stop();
  await waitFor('the process to end', () => child.signalCode !== null);
  appendFileSync(path, '10000 10 last words\n');
  assert.deepEqual(symbolsAt('10008'), ['last words']);
});
