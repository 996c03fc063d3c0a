/** Files as compilers and distributions make them, compared with what binutils say about them. */
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { readElf, type ElfFile } from '../../../src/symbols/elf';
import { openRegular } from '../../../src/symbols/fileAccess';
import type { SymbolTable } from '../../../src/symbols/symbolTable';
import { withoutCompiler } from '../../support/machine';
import { tempDir } from '../../support/tempDir';
import { compileKnown, functionsOf, run } from '../../support/knownPrograms';

const skip = withoutCompiler();
const folder = tempDir('elf');
let built: { program: string; library: string };

before(() => {
  if (!skip) built = compileKnown(folder);
});

function withElf<T>(path: string, use: (elf: ElfFile) => T): T {
  const file = openRegular(path, 'follow');
  assert.ok(file.ok, path);
  try {
    const elf = readElf(file.value);
    assert.ok(elf.ok, path);
    return use(elf.value);
  } finally {
    file.value.close();
  }
}

function tableOf(path: string, kind: 'full' | 'dynamic'): SymbolTable {
  const table = withElf(path, (elf) => elf.readSymbols(kind));
  assert.ok(table.ok, path);
  return table.value;
}

/** Every function that readelf lists has, at its first byte, one of the names listed for it. */
function assertSameFunctions(path: string, kind: 'full' | 'dynamic'): void {
  const table = tableOf(path, kind);
  const expected = functionsOf(path, kind);
  assert.ok(expected.size > 0, `readelf sees functions in ${path}`);
  for (const [address, names] of expected) {
    const name = table.nameAt(address)?.replace(/@.*/, '');
    assert.ok(name !== undefined && names.has(name), `${address.toString(16)}: ${name}`);
  }
}

test('a program, its library, libc and node: all functions that readelf sees', { skip }, () => {
  assertSameFunctions(built.program, 'full');
  assertSameFunctions(built.library, 'full');
  assertSameFunctions(built.library, 'dynamic');
  const libc = /=> (\S*libc\.so\S*)/.exec(run('ldd', built.program))?.[1];
  assert.ok(libc);
  assertSameFunctions(libc, 'dynamic');
  assertSameFunctions(process.execPath, 'dynamic');
});

test('addr2line names the same function all over a program', { skip }, () => {
  // Without line numbers: with them it names inlined functions, which no symbol table knows.
  const program = join(folder, 'without-lines');
  run('strip', '--strip-debug', '-o', program, built.program);
  const table = tableOf(program, 'full');
  const functions = [...functionsOf(program, 'full').keys()];
  const addresses = functions.flatMap((start) => [start, start + 1, start + 3]);
  const hex = addresses.map((address) => address.toString(16));
  const lines = run('addr2line', '-f', '-e', program, ...hex).split('\n');
  addresses.forEach((address, i) => {
    const theirs = lines[2 * i];
    // addr2line also names what lies behind a function, as if it went on.
    if (table.nameAt(address) !== undefined) assert.equal(table.nameAt(address), theirs);
  });
  assert.ok(lines.includes('known_static'));
});

test('a stripped library has the names that others link to, and no wrong ones', { skip }, () => {
  const stripped = join(folder, 'stripped.so');
  run('strip', '-o', stripped, built.library);
  const all = functionsOf(built.library, 'full');
  const hidden = [...all].find(([, names]) => names.has('library_hidden'))?.[0];
  const exported = [...all].find(([, names]) => names.has('library_exported'))?.[0];
  assert.ok(hidden !== undefined && exported !== undefined);
  const table = tableOf(stripped, 'dynamic');
  assert.equal(table.nameAt(exported), 'library_exported');
  assert.equal(table.nameAt(hidden), undefined);
  assert.equal(
    withElf(stripped, (elf) => elf.readSymbols('full').ok),
    false,
  );
});

test('the build id is the one that readelf prints', { skip }, () => {
  const withId = join(folder, 'with-id');
  copyFileSync(built.program, withId);
  const printed = /Build ID: ([0-9a-f]+)/.exec(run('readelf', '-n', withId))?.[1];
  assert.equal(
    withElf(withId, (elf) => elf.buildId),
    printed,
  );
});

test('bytes of a file lead to the addresses that its symbols speak of', { skip }, () => {
  for (const flags of [['-pie'], ['-no-pie'], ['-no-pie', '-Wl,-Ttext-segment=0x7000000']]) {
    const { program } = compileKnown(tempDir('placed'), ...flags);
    const [, address = '', offset = ''] =
      /\.text +PROGBITS +([0-9a-f]+) ([0-9a-f]+)/.exec(run('readelf', '-SW', program)) ?? [];
    const code = withElf(program, (elf) => elf.loadedCode);
    assert.equal(code.addressOf(parseInt(offset, 16) + 5), parseInt(address, 16) + 5);
    assert.equal(code.addressOf(0), undefined);
  }
});

test('a program of 100 MB is read in little memory', () => {
  const before = performance.now();
  const table = withElf(process.execPath, (elf) => {
    const full = elf.readSymbols('full');
    return full.ok ? full : elf.readSymbols('dynamic');
  });
  const took = performance.now() - before;
  assert.ok(table.ok);
  assert.ok(table.value.size > 10_000);
  assert.ok(table.value.byteLength < 40e6, `${table.value.byteLength} bytes`);
  assert.ok(took < 5000, `${took} ms`);
});
