/** Running programs that tell where their functions are, and what we make of those addresses. */
import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { deviceName } from '../../../src/symbols/fileAccess';
import { Symboliser } from '../../../src/symbols/symboliser';
import { withoutCompiler } from '../../support/machine';
import { tempDir } from '../../support/tempDir';
import { CODE_OFFSET, CODE_START, writeElf } from '../../support/elfWriter';
import { assertNamed, copyOf, end, resolveSaid, startKnown, symboliserOf } from './knownProcess';
import { compileKnown, run, source, type Known } from '../../support/knownPrograms';

const skip = withoutCompiler();

let pie: Known;
let fixed: Known;

before(() => {
  if (skip) return;
  pie = compileKnown(tempDir('pie'), '-pie', '-fPIE');
  fixed = compileKnown(tempDir('fixed'), '-no-pie', '-fPIC');
});

for (const kind of ['PIE', 'fixed'] as const) {
  test(`a ${kind} program and its library`, { skip }, async () => {
    const { program, library } = kind === 'PIE' ? pie : fixed;
    const known = await startKnown(program);
    const symboliser = symboliserOf(known);
    assertNamed(symboliser, known);
    const modules = resolveSaid(symboliser, known).map(({ module }) => module);
    assert.deepEqual(new Set(modules), new Set([program, library]));
    assert.ok(resolveSaid(symboliser, known).every((one) => one.kind === 'native'));
    assert.equal(symboliser.problems.size, 0);
    known.stop();
  });
}

test(
  'a return address is named after the call, an instruction after itself',
  { skip },
  async () => {
    const known = await startKnown(pie.program);
    const address = known.addressOf('ends_in_call');
    assert.equal(address, known.addressOf('follows_it'), 'nothing is between the two');
    const resolved = symboliserOf(known).resolve('known', [
      { address, leaf: false },
      { address, leaf: true },
    ]);
    assert.deepEqual(
      resolved.map(({ symbol }) => symbol),
      ['ends_in_call', 'follows_it'],
    );
    known.stop();
  },
);

test('two running copies of one program', { skip }, async () => {
  const [one, two] = [await startKnown(pie.program), await startKnown(pie.program)];
  assert.notEqual(one.addressOf('main'), two.addressOf('main'), 'loaded at different addresses');
  const symboliser = new Symboliser();
  for (const known of [one, two]) {
    symboliser.setMappings('known', known.pid, known.maps());
    assertNamed(symboliser, known);
    symboliser.forget('known');
    known.stop();
  }
});

test('a process that has ended already', { skip }, async () => {
  const known = await startKnown(pie.program);
  const symboliser = symboliserOf(known);
  await end(known);
  assertNamed(symboliser, known);
});

test('a stripped program: module and offset where there is no name', { skip }, async () => {
  const copy = copyOf(pie);
  run('strip', copy);
  const known = await startKnown(copy);
  const [unnamed] = resolveSaid(symboliserOf(known), known);
  const value = /([0-9a-f]+) t known_static/.exec(run('nm', pie.program))?.[1] ?? '';
  // Code lies at the same offset in the file as in memory here.
  assert.deepEqual(unnamed, {
    symbol: '[unknown]',
    name: '[unknown]',
    module: copy,
    kind: 'native',
    offset: parseInt(value, 16),
  });
  known.stop();
});

/** A mapping of the code of a file that nobody has loaded. */
function mapsOf(path: string): string {
  const { dev, ino } = statSync(path, { bigint: true });
  return `401000-402000 r-xp 00001000 ${deviceName(dev)} ${ino} ${path}`;
}

test('C++ names are mangled in the log and readable for people', { skip }, () => {
  const program = join(tempDir('cpp'), 'shapes');
  run('g++', '-O1', '-g', '-std=c++17', '-no-pie', '-o', program, source('shapes.cpp'));
  const [, address = '', symbol] = /^0*([0-9a-f]+) T (\S*area\S*)$/m.exec(run('nm', program)) ?? [];
  const symboliser = new Symboliser();
  symboliser.setMappings('cpp', process.pid, mapsOf(program));
  const [area] = symboliser.resolve('cpp', [{ address, leaf: true }]);
  assert.equal(area?.symbol, symbol);
  assert.equal(area?.name, 'shapes::Circle::area(int) const');
});

test('another file at the same address', () => {
  const symboliser = new Symboliser();
  const named = ['first', 'second'].map((name) => {
    const path = join(tempDir('same'), name);
    writeFileSync(path, writeElf({ symbols: [{ name, address: CODE_START, size: 16 }] }));
    const maps = mapsOf(path).replace('00001000', CODE_OFFSET.toString(16));
    symboliser.setMappings('same', process.pid, maps);
    return symboliser.resolve('same', [{ address: '401004', leaf: true }])[0]?.symbol;
  });
  assert.deepEqual(named, ['first', 'second']);
});

test('who is not known, and addresses that are none', () => {
  const symboliser = new Symboliser();
  const nowhere = { symbol: '[unknown]', name: '[unknown]', module: '', kind: 'unknown' };
  const asked = ['0', '', 'nonsense', 'ffffffffffffffff'].map((address) => ({
    address,
    leaf: true,
  }));
  assert.deepEqual(symboliser.resolve('nobody', asked), Array(4).fill(nowhere));
  symboliser.setMappings('empty', 0, 'garbage');
  assert.deepEqual(symboliser.resolve('empty', asked), Array(4).fill(nowhere));
  assert.equal(symboliser.covers('empty', ''), false);
});

test('what is covered, forgotten, and mapped anew', () => {
  const symboliser = new Symboliser();
  const map = (start: string, end: string) => `${start}-${end} r-xp 00000000 00:00 0 `;
  symboliser.setMappings('a', 0, map('1000', '2000'));
  assert.equal(symboliser.covers('a', '1fff'), true);
  assert.equal(symboliser.covers('a', '2000'), false);
  symboliser.setMappings('a', 0, map('2000', '3000'));
  assert.equal(symboliser.covers('a', '1fff'), false);
  assert.equal(symboliser.covers('a', '2000'), true);
  symboliser.forget('a');
  assert.equal(symboliser.covers('a', '2000'), false);
});

test('thousands of processes: the ones not heard of for long are forgotten', () => {
  const symboliser = new Symboliser();
  for (let i = 0; i < 5000; i++) {
    symboliser.setMappings(`${i}`, 0, '1000-2000 r-xp 00000000 00:00 0 ');
    symboliser.resolve('0', []);
  }
  assert.equal(symboliser.covers('0', '1000'), true, 'asked about all the time');
  assert.equal(symboliser.covers('1', '1000'), false);
  assert.equal(symboliser.covers('4999', '1000'), true);
});
