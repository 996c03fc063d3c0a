/** What processes and their files say of themselves: names come of it, or nothing, but no exception. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOnPath } from '../../../scripts/lib/command.mjs';
import { readImage } from '../../../src/symbols/image';
import { MappingTable } from '../../../src/symbols/mappingTable';
import { moduleOf, parseMaps, pathsOf } from '../../../src/symbols/maps';
import { PerfMapTable } from '../../../src/symbols/perfMapTable';
import { CODE_OFFSET, CODE_START, sourceOf, writeElf } from '../../support/elfWriter';
import { compileKnown, run } from '../../support/knownPrograms';
import type { Target } from '../target';

const ADDRESSES = [0, 1, 0x1000, CODE_OFFSET, CODE_START, 2 ** 31, 2 ** 47, 2 ** 53, 2 ** 64, NaN];
const fixture = (name: string): Buffer => readFileSync(`test/fixtures/fuzz/seeds/${name}`);

export const ELF: Target = {
  name: 'elf',
  words: [
    '\x7fELF',
    'GNU\0',
    '.gnu_debuglink\0',
    '\xff\xff\xff\xff',
    '\xff\xff\xff\xff\xff\xff\xff\x7f',
  ],
  seeds: () => [...compiledElfs(), ...writtenElfs()],
  check(input) {
    const image = readImage(sourceOf(input), (elf) => {
      assert.ok(elf.buildId === undefined || /^[0-9a-f]*$/.test(elf.buildId));
      assert.ok(!elf.debugLink?.name.includes('/'));
      return undefined;
    });
    for (const address of ADDRESSES) image.nameAt(address);
    assert.ok(image.reason === undefined || image.reason !== '');
  },
};

/** A program as compilers make them, and the same stripped, with a link to its debug file. */
function compiledElfs(): Buffer[] {
  if (!findOnPath('gcc') || !findOnPath('objcopy')) return [];
  const folder = mkdtempSync(join(tmpdir(), 'stack-count-elf-'));
  try {
    const { program } = compileKnown(folder);
    const stripped = join(folder, 'stripped');
    run('objcopy', '--strip-all', `--add-gnu-debuglink=${program}`, program, stripped);
    return [readFileSync(program), readFileSync(stripped)];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Both widths and byte orders. */
function writtenElfs(): Buffer[] {
  const symbols = ['main', 'middle', 'leaf'].map((name, i) => ({
    name,
    address: CODE_START + 16 * i,
    size: i * 8,
  }));
  return [true, false].flatMap((wide) =>
    [true, false].map((littleEndian) => writeElf({ wide, littleEndian, symbols })),
  );
}

export const MAPS: Target = {
  name: 'maps',
  words: [
    'r-xp ',
    '---p ',
    ' 00000000 00:00 0 ',
    ' (deleted)',
    '[vdso]',
    '[anon:',
    '//anon',
    '\\012',
    '-',
  ],
  seeds: () => [fixture('maps.txt')],
  check(input) {
    const text = input.toString('latin1');
    const table = new MappingTable(text);
    assert.equal(typeof table.hasGeneratedCode, 'boolean');
    for (const mapping of parseMaps(text)) {
      moduleOf(mapping);
      assert.ok(pathsOf(mapping).length > 0);
      const found = table.find(mapping.start);
      assert.ok(!found || (found.start <= mapping.start && mapping.start < found.end));
    }
    for (const address of ADDRESSES) table.find(address);
  },
};

export const PERF_MAP: Target = {
  name: 'perf map',
  words: ['0x', ' 10 ', '\n7f00 10 f\n', 'ffffffffffffffff ', ' '],
  seeds: () => [fixture('perf.map')],
  check(input) {
    const table = new PerfMapTable();
    // It grows while it is read.
    const cut = input.lastIndexOf(10, input.length / 2) + 1;
    table.append(input.subarray(0, cut));
    table.append(input.subarray(cut));
    for (const address of ADDRESSES) table.find(address);
    for (const [, start] of input.toString('latin1').matchAll(/^([0-9a-f]{1,12}) /gm)) {
      const name = table.find(parseInt(start ?? '', 16));
      assert.ok(name === undefined || Buffer.byteLength(name) <= 3 * 4096);
    }
  },
};
