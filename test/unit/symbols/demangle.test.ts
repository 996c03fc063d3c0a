import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildSync } from 'esbuild';
import { Demangler } from '../../../src/symbols/demangle';
import { DEMANGLER_FILE } from '../../../src/symbols/demangler';
import { limitMemory } from '../../../src/symbols/wasmMemory';
import { REPOSITORY } from '../../../scripts/lib/paths.mjs';
import { withoutCompiler } from '../../support/machine';
import { tempDir } from '../../support/tempDir';
import { run, source } from '../../support/knownPrograms';

function demangle(symbol: string): string {
  return new Demangler().demangle(symbol, '/bin/a');
}

test('what g++ mangles, as c++filt reads it', { skip: withoutCompiler() }, () => {
  const program = join(tempDir('shapes'), 'shapes');
  run('g++', '-O1', '-std=c++17', '-o', program, source('shapes.cpp'));
  const symbols = run('nm', '--defined-only', program)
    .split('\n')
    .map((line) => line.split(' ')[2] ?? '')
    .filter((symbol) => symbol.startsWith('_ZN') && symbol.includes('shapes'));
  assert.ok(symbols.length >= 4);
  for (const symbol of symbols) {
    const theirs = run('c++filt', symbol).trim().replaceAll('> >', '>>');
    const ours = demangle(symbol).replaceAll('> >', '>>');
    // It puts the result of a template in front, and spells std::string out behind.
    assert.ok(theirs.split('(')[0]?.endsWith(ours.split('(')[0] ?? '?'), `${ours}, ${theirs}`);
    assert.notEqual(ours, symbol);
  }
  const area = symbols.find((symbol) => symbol.includes('area')) ?? '';
  assert.equal(demangle(area), 'shapes::Circle::area(int) const');
});

test('Rust, legacy and v0', () => {
  assert.equal(
    demangle('_ZN4core3fmt9Formatter3pad17h0123456789abcdefE'),
    'core::fmt::Formatter::pad',
  );
  // Examples of RFC 2603.
  assert.equal(demangle('_RNvCs1234_7mycrate3foo'), 'mycrate::foo');
  assert.equal(
    demangle('_RNvNvMCs4fqI2P2rA04_13const_genericINtB4_8InherentKb1_E3foo3FOO').startsWith(
      '<const_generic::Inherent<true>>::foo',
    ),
    true,
  );
});

test('what is not mangled stays as it is', () => {
  for (const symbol of ['main', '_start', '__libc_start_main', '_Z', '_R', '_Random', '', 'a b']) {
    assert.equal(demangle(symbol), symbol);
  }
});

test('versions are not for people', () => {
  assert.equal(demangle('memcpy@@GLIBC_2.14'), 'memcpy');
  assert.equal(demangle('_ZN3FooC1Ev@@V1'), 'Foo::Foo()');
  assert.equal(demangle('@@'), '@@');
});

/** Every argument is made of two copies of the one before: 2^depth in the end. */
function doubling(depth: number): string {
  const reference = (i: number) => (i === 0 ? 'S_' : `S${(i - 1).toString(36).toUpperCase()}_`);
  const levels = Array.from({ length: depth }, (_, i) => reference(i));
  return `_Z1f1AIiiE${levels.map((before) => `S_I${before}${before}E`).join('')}`;
}

/** The same in Rust v0: tuples of two references, in base 62, to where the tuple before begins. */
function doublingRust(depth: number): string {
  const digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
  const base62 = (n: number): string => (n < 62 ? '' : base62(Math.floor(n / 62))) + digits[n % 62];
  const reference = (at: number) => `B${at === 0 ? '' : base62(at - 1)}_`;
  let symbol = 'INvC1a1f';
  let at = symbol.length;
  symbol += 'TllE';
  for (let i = 0; i < depth; i++) {
    const before = reference(at);
    at = symbol.length;
    symbol += `T${before}${before}E`;
  }
  return `_R${symbol}E`;
}

test('a name made to explode ends soon, stays mangled and harms no other', () => {
  const demangler = new Demangler();
  assert.match(demangler.demangle(doubling(4), '/bin/a'), /^f\(A<int, int>/);
  const before = process.memoryUsage().rss;
  assert.match(demangler.demangle(doublingRust(2), '/bin/a'), /^a::f::<\(i32, i32\), \(\(i32/);
  const hostile = [doubling(24), doubling(100), doublingRust(30)];
  for (const symbol of hostile) {
    const started = performance.now();
    assert.equal(demangler.demangle(symbol, '/bin/hostile'), symbol);
    assert.ok(performance.now() - started < 3000);
  }
  assert.ok(process.memoryUsage().rss - before < 100e6);
  // Each leaves its memory behind, unless that is thrown away.
  for (let i = 0; i < 30; i++) demangler.demangle(doubling(30 + i), `/bin/hostile${i}`);
  const large = doubling(10);
  assert.equal(demangler.demangle(large, '/bin/hostile'), demangle(large));
  assert.notEqual(demangle(large), large);
  assert.equal(demangler.demangle('_ZN3foo3barEi', '/bin/hostile'), 'foo::bar(int)');
  assert.equal(demangler.demangle('_ZN3foo3bazEi', '/bin/other'), 'foo::baz(int)');
});

test('a file with many such names is soon not demangled any more, others are', () => {
  const demangler = new Demangler();
  for (let i = 0; i < 4; i++) demangler.demangle(doubling(24 + i), '/bin/hostile');
  assert.equal(demangler.demangle('_ZN3foo3barEi', '/bin/hostile'), '_ZN3foo3barEi');
  assert.equal(demangler.demangle('_ZN3foo3barEi', '/bin/other'), 'foo::bar(int)');
});

test('names beyond all measure come back unchanged', () => {
  const long = `_ZN3foo${'3bar'.repeat(10_000)}Ei`;
  assert.equal(demangle(long), long);
  const nested = `_Z1f${'P'.repeat(16_000)}i`;
  assert.ok(demangle(nested));
});

test('memory is limited in modules that can be limited only', () => {
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const limited = limitMemory(Buffer.from([...header, 5, 3, 1, 0, 1]), 300);
  assert.deepEqual([...(limited ?? [])], [...header, 5, 5, 1, 1, 1, 0xac, 2]);
  assert.equal(limitMemory(Buffer.from([...header, 5, 3, 1, 0, 4]), 3), undefined);
  assert.equal(limitMemory(Buffer.from([...header, 5, 4, 1, 1, 1, 9]), 3), undefined);
  assert.equal(limitMemory(Buffer.from(header), 3), undefined);
  assert.equal(limitMemory(Buffer.from('no module at all'), 3), undefined);
});

for (const format of ['esm', 'cjs'] as const) {
  test(`in a bundle (${format}), with the .wasm beside it and without`, () => {
    const folder = tempDir(`bundle-${format}`);
    const outfile = join(folder, format === 'esm' ? 'bundle.mjs' : 'bundle.cjs');
    const contents = `import { Demangler } from './src/symbols/demangle';
      console.log(new Demangler().demangle('_ZN3foo3barEi', ''));`;
    const stdin = { contents, resolveDir: REPOSITORY, loader: 'ts' as const };
    buildSync({ stdin, bundle: true, platform: 'node', format, outfile, logLevel: 'error' });
    assert.equal(run(process.execPath, outfile), '_ZN3foo3barEi\n');
    const wasm = createRequire(join(REPOSITORY, '_')).resolve(
      'gecko-profiler-demangle/index_bg.wasm',
    );
    copyFileSync(wasm, join(folder, DEMANGLER_FILE));
    assert.equal(run(process.execPath, outfile), 'foo::bar(int)\n');
  });
}
