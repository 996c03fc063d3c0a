/** Files that lie about themselves: a reason comes back, soon, and never an exception. */
import assert from 'node:assert/strict';
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { openRegular } from '../../../src/symbols/fileAccess';
import { readElf } from '../../../src/symbols/elf';
import { image, readImage } from '../../../src/symbols/image';
import { withoutCompiler } from '../../support/machine';
import { tempDir } from '../../support/tempDir';
import {
  CODE_OFFSET,
  CODE_START,
  sourceOf,
  writeElf,
  type WrittenSymbol,
} from '../../support/elfWriter';
import { compileKnown } from '../../support/knownPrograms';

const skip = withoutCompiler();

/** Small and repeatable; the quality of the numbers does not matter here. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
}

const EXTREMES = [0, 1, 0x7f, 0x80, 0xff];

/** Changes some bytes, more often in the headers at both ends than in between. */
function mutate(original: Buffer, random: (below: number) => number): Buffer {
  const bytes = Buffer.from(original);
  for (let changes = 1 + random(12); changes > 0; changes--) {
    const places = [
      random(64),
      random(1024),
      bytes.length - 1 - random(4096),
      random(bytes.length),
    ];
    const at = Math.max(0, places[random(places.length)]!);
    const end = Math.min(bytes.length, at + [1, 2, 4, 8][random(4)]!);
    bytes.fill(random(2) ? EXTREMES[random(5)]! : random(256), at, end);
  }
  return random(8) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes;
}

/** Everything that reading a file does. */
function readAll(bytes: Buffer): void {
  const image = readImage(sourceOf(bytes), (elf) => {
    assert.ok(elf.buildId === undefined || /^[0-9a-f]*$/.test(elf.buildId));
    return undefined;
  });
  for (const offset of [0, 0x1000, 0x1139, bytes.length, 2 ** 52, NaN]) image.nameAt(offset);
  assert.ok(image.reason === undefined || image.reason !== '');
}

let program: Buffer;

before(() => {
  if (!skip) program = readFileSync(compileKnown(tempDir('hostile')).program);
});

test('thousands of damaged copies of a real program', { skip }, () => {
  const random = generator(20240607);
  const deadline = performance.now() + 2500;
  let slowest = 0;
  let read = 0;
  for (; read < 5000 && performance.now() < deadline; read++) {
    const damaged = mutate(program, random);
    const started = performance.now();
    readAll(damaged);
    slowest = Math.max(slowest, performance.now() - started);
  }
  assert.ok(read > 200, `only ${read} copies in 2.5 s`);
  assert.ok(slowest < 1000, `one took ${slowest} ms`);
});

test('a program cut off anywhere', { skip }, () => {
  const lengths = [0, 1, 4, 15, 16, 51, 52, 63, 64, 65, program.length - 1];
  for (const length of lengths) {
    const elf = readElf(sourceOf(program.subarray(0, length)));
    assert.equal(elf.ok, false, `${length} bytes`);
  }
});

test('other files are told from ELF files', () => {
  for (const text of [
    '',
    '#!/bin/sh\n',
    '\x7fELF',
    `\x7fELF${'\0'.repeat(100)}`,
    'MZ'.repeat(50),
  ]) {
    const image = readImage(sourceOf(Buffer.from(text, 'latin1')), () => undefined);
    assert.equal(image.isElf, false);
    assert.ok(image.reason);
  }
});

test('a hundred thousand names of megabytes, all for one address', () => {
  const name = 'x'.repeat(4_000_000);
  const symbols = Array<WrittenSymbol>(100_000).fill({ name, address: CODE_START, size: 16 });
  const bytes = writeElf({ symbols });
  const started = performance.now();
  const image = readImage(sourceOf(bytes), () => undefined);
  assert.equal(image.nameAt(CODE_OFFSET), name.slice(0, 65536));
  assert.ok(performance.now() - started < 10_000);
});

test('a sparse file that claims tables of gigabytes is refused before they are read', () => {
  const bytes = writeElf({ symbols: [{ name: 'f', address: CODE_START, size: 16 }] });
  // sh_size of the third section, the symbol table, of a 64-bit file.
  bytes.writeBigUInt64LE(2n ** 33n, 0x100 + 2 * 64 + 32);
  const path = join(tempDir('sparse'), 'sparse');
  const descriptor = openSync(path, 'w');
  writeSync(descriptor, bytes);
  ftruncateSync(descriptor, 2 ** 34);
  closeSync(descriptor);
  const file = openRegular(path, 'refuse');
  assert.ok(file.ok);
  const image = readImage(file.value, () => undefined);
  file.value.close();
  assert.match(image.reason ?? '', /too large/);
});

/** A file whose table of symbols, and whose strings, are of these bytes, repeated or a hole. */
function writeLarge(name: string, symbols: Buffer | number, strings: Buffer | number): string {
  const bytes = writeElf({ symbols: [{ name: 'f', address: CODE_START, size: 16 }] });
  const sizes = [symbols, strings].map((part) => (typeof part === 'number' ? part : part.length));
  const [symbolBytes = 0, stringBytes = 0] = sizes;
  const at = 2 ** 20;
  for (const [section, offset, size] of [
    [2, at, symbolBytes],
    [3, at + symbolBytes, stringBytes],
  ] as const) {
    bytes.writeBigUInt64LE(BigInt(offset), 0x100 + section * 64 + 24);
    bytes.writeBigUInt64LE(BigInt(size), 0x100 + section * 64 + 32);
  }
  const path = join(tempDir('large'), name);
  const descriptor = openSync(path, 'w');
  writeSync(descriptor, bytes);
  ftruncateSync(descriptor, at + symbolBytes + stringBytes);
  if (typeof symbols !== 'number') writeSync(descriptor, symbols, 0, symbols.length, at);
  if (typeof strings !== 'number')
    writeSync(descriptor, strings, 0, strings.length, at + symbolBytes);
  closeSync(descriptor);
  return path;
}

/** `count` functions of 64-bit symbols, 4 bytes of code each, the names wherever `name` says. */
function tableOf(count: number, name: (index: number) => number): Buffer {
  const table = Buffer.alloc(24 * count);
  for (let i = 0; i < count; i++) {
    table.writeUInt32LE(name(i), 24 * i);
    table.writeUInt8(0x12, 24 * i + 4);
    table.writeUInt16LE(1, 24 * i + 6);
    table.writeUInt32LE(CODE_START + (i % 1024) * 4, 24 * i + 8);
    table.writeUInt32LE(4, 24 * i + 16);
  }
  return table;
}

/** Reads it in steps; @returns the image, and the longest step */
function readInSteps(path: string) {
  const file = openRegular(path, 'refuse');
  assert.ok(file.ok);
  const work = image(file.value, function* () {
    yield 0;
    return undefined;
  });
  let [longest, most] = [0, 0];
  // CPU time: other tests run beside this one.
  for (let started = process.cpuUsage(); ; started = process.cpuUsage()) {
    const step = work.next();
    const { user, system } = process.cpuUsage(started);
    longest = Math.max(longest, (user + system) / 1_000);
    if (!step.done) most = Math.max(most, step.value);
    if (!step.done) continue;
    file.value.close();
    return { image: step.value, longest, most };
  }
}

test('tables of holes are refused by what the file takes on disk', () => {
  const path = writeLarge('holes', 24 * 10_000_000, 2 ** 27);
  const { image, longest } = readInSteps(path);
  assert.match(image.reason ?? '', /takes on disk/);
  assert.ok(longest < 200, `${longest} ms`);
});

test('real symbols, and names that are a hole: no names, and no memory', () => {
  const { image, most } = readInSteps(
    writeLarge(
      'names',
      tableOf(400_000, (i) => (i * 647) % 2 ** 27),
      2 ** 27,
    ),
  );
  assert.equal(image.nameAt(CODE_OFFSET), undefined);
  assert.ok(image.byteLength < 2 ** 20, `${image.byteLength} bytes`);
  assert.ok(most < 16 * 2 ** 20, `${most} bytes in a step`);
});

test('a large table that is all there is read in short steps', () => {
  const strings = Buffer.alloc(2 ** 25, 'name\0');
  const table = tableOf(1_500_000, (i) => 5 * ((i * 7919) % (strings.length / 5)));
  const { image, longest, most } = readInSteps(writeLarge('dense', table, strings));
  assert.match(image.nameAt(CODE_OFFSET) ?? '', /^n?a?m?e?$/);
  assert.ok(longest < 800, `${longest} ms`);
  assert.ok(most < 16 * 2 ** 20, `${most} bytes in a step`);
});

test('headers of sections that are gigabytes apart are refused', () => {
  const bytes = writeElf({ symbols: [{ name: 'f', address: CODE_START, size: 16 }] });
  bytes.writeUInt16LE(65_535, 58);
  bytes.writeUInt16LE(65_000, 60);
  const source = {
    size: 2 ** 33,
    read: (at: number, length: number) => bytes.subarray(at, at + length),
  };
  assert.match(readImage(source, () => undefined).reason ?? '', /impossible section headers/);
});
