/** Which symbol names an address: on written files, where each rule can be tried by itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readElf } from '../../../src/symbols/elf';
import { readImage } from '../../../src/symbols/image';
import {
  CODE_OFFSET,
  CODE_SIZE,
  CODE_START,
  sourceOf,
  writeElf,
  type Written,
  type WrittenSymbol,
} from '../../support/elfWriter';

function nameAt(written: Written | readonly WrittenSymbol[], offset: number): string | undefined {
  const file = 'symbols' in written ? written : { symbols: written };
  const image = readImage(sourceOf(writeElf(file)), () => undefined);
  return image.nameAt(CODE_OFFSET + offset);
}

function at(offset: number, name: string, rest: Partial<WrittenSymbol> = {}): WrittenSymbol {
  return { name, address: CODE_START + offset, size: 16, ...rest };
}

for (const wide of [true, false]) {
  for (const littleEndian of [true, false]) {
    test(`${wide ? 64 : 32} bit, ${littleEndian ? 'little' : 'big'} endian`, () => {
      const symbols = [at(16, 'second'), at(0, 'first'), at(64, 'third', { size: 1 })];
      const names = [0, 15, 16, 31, 32, 64, 65].map((offset) =>
        nameAt({ wide, littleEndian, symbols }, offset),
      );
      const expected = ['first', 'first', 'second', 'second', undefined, 'third', undefined];
      assert.deepEqual(names, expected);
    });
  }
}

test('only functions that are in the file and in code count', () => {
  assert.equal(nameAt([at(0, 'data', { type: 'object' })], 4), undefined);
  assert.equal(nameAt([at(0, 'elsewhere', { isUndefined: true })], 4), undefined);
  assert.equal(nameAt([at(-0x1000, 'before'), at(CODE_SIZE, 'behind')], 4), undefined);
  assert.equal(nameAt([at(0, 'chooser', { type: 'ifunc' })], 4), 'chooser');
});

test('a symbol without type counts, unless it is a mark of a tool', () => {
  assert.equal(nameAt([at(0, 'assembler', { type: 'notype' })], 4), 'assembler');
  for (const mark of ['.annobin_init.c', '$x']) {
    assert.equal(nameAt([at(0, mark, { type: 'notype' })], 4), undefined);
  }
  assert.equal(nameAt([at(0, '.function'), at(0, 'mark', { type: 'notype' })], 4), '.function');
});

test('without a size it reaches to the next, or the end of the section, not into others', () => {
  const symbols = [at(0, 'open', { size: 0 }), at(64, 'next'), at(128, 'last', { size: 0 })];
  assert.equal(nameAt(symbols, 63), 'open');
  assert.equal(nameAt(symbols, 64), 'next');
  assert.equal(nameAt(symbols, 100), undefined);
  assert.equal(nameAt(symbols, CODE_SIZE - 1), 'last');
  const label = at(8, 'label', { size: 0, type: 'notype' });
  assert.equal(nameAt([at(0, 'function'), label], 12), 'function');
});

test('the inner one of two that are nested, and the outer one again behind it', () => {
  const symbols = [at(0, 'outer', { size: 64 }), at(16, 'inner')];
  assert.deepEqual(
    [15, 16, 31, 32, 63, 64].map((offset) => nameAt(symbols, offset)),
    ['outer', 'inner', 'inner', 'outer', 'outer', undefined],
  );
});

test('a size beyond the section ends with it', () => {
  const symbols = [at(0, 'endless', { size: 2 ** 52 })];
  assert.equal(nameAt(symbols, CODE_SIZE - 1), 'endless');
  const table = readElf(sourceOf(writeElf({ symbols })));
  assert.ok(table.ok);
  const read = table.value.readSymbols('full');
  assert.ok(read.ok);
  assert.equal(read.value.nameAt(CODE_START + CODE_SIZE), undefined);
});

const ALIASES: readonly { rule: string; better: WrittenSymbol; worse: WrittenSymbol }[] = [
  { rule: 'a size', better: at(0, '__sized'), worse: at(0, 'bare', { size: 0 }) },
  { rule: 'a type', better: at(0, '__typed'), worse: at(0, 'a', { type: 'notype' }) },
  {
    rule: 'fewer underscores',
    better: at(0, 'write', { binding: 'weak' }),
    worse: at(0, '__write'),
  },
  { rule: 'global', better: at(0, 'globally'), worse: at(0, 'weak', { binding: 'weak' }) },
  {
    rule: 'weak before local',
    better: at(0, 'weakly', { binding: 'weak' }),
    worse: at(0, 'local', { binding: 'local' }),
  },
  { rule: 'shorter', better: at(0, 'pread'), worse: at(0, 'lread64') },
  { rule: 'alphabet', better: at(0, 'ctor1'), worse: at(0, 'ctor2') },
];

for (const { rule, better, worse } of ALIASES) {
  test(`of two names for one address: ${rule}`, () => {
    assert.equal(nameAt([better, worse], 4), better.name);
    assert.equal(nameAt([worse, better], 4), better.name);
  });
}

test('the lowest bit of an ARM function is no part of its address', () => {
  const symbols = [at(17, 'thumb')];
  assert.equal(nameAt({ wide: false, machine: 40, symbols }, 16), 'thumb');
  assert.equal(nameAt({ machine: 62, symbols }, 16), undefined);
});

test('names are UTF-8 where they are, and something readable where not', () => {
  assert.equal(nameAt([at(0, 'größe')], 4), 'größe');
});

test('a file without functions says so', () => {
  const image = readImage(sourceOf(writeElf({ symbols: [] })), () => undefined);
  assert.equal(image.isElf, true);
  assert.equal(image.reason, 'no functions in symbol table');
});
