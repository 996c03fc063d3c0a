/** Running programs that tell where their functions are, and what we make of those addresses. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, copyFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { Symboliser, type ResolvedAddress } from '../../../src/symbols/symboliser';
import { isAlive } from '../../support/processes.ts';
import { withoutCompiler } from '../../support/machine.ts';
import { tempDir } from '../../support/tempDir.ts';
import { waitFor } from '../../support/waitFor.ts';
import { compileKnown, run, source, startKnown, type KnownProcess } from './programs.ts';

const skip = withoutCompiler();
const isRoot = process.getuid?.() === 0;

let pie: { program: string; library: string };
let fixed: { program: string; library: string };

before(() => {
  if (skip) return;
  pie = compileKnown(tempDir('pie'), '-pie', '-fPIE');
  fixed = compileKnown(tempDir('fixed'), '-no-pie', '-fno-pie');
});

/** A copy of the program that a test may delete or replace. */
function copyOf({ program, library }: { program: string; library: string }): string {
  const folder = tempDir('copy');
  copyFileSync(library, join(folder, 'libknown.so'));
  const copy = join(folder, 'known');
  copyFileSync(program, copy);
  chmodSync(copy, 0o755);
  return copy;
}

function resolveSaid(symboliser: Symboliser, known: KnownProcess): ResolvedAddress[] {
  const asked = known.said.map(({ address, isReturn }) => ({ address, leaf: !isReturn }));
  return symboliser.resolve('known', asked);
}

function assertNamed(symboliser: Symboliser, known: KnownProcess): void {
  const symbols = resolveSaid(symboliser, known).map(({ symbol }) => symbol);
  assert.deepEqual(
    symbols,
    known.said.map(({ name }) => name),
  );
  assert.ok(symbols.includes('known_static') && symbols.includes('library_exported'));
}

function symboliserOf(known: KnownProcess, maps = known.maps()): Symboliser {
  const symboliser = new Symboliser();
  symboliser.setMappings('known', known.pid, maps);
  return symboliser;
}

async function end(known: KnownProcess): Promise<void> {
  known.stop();
  await waitFor('the program to end', () => !isAlive(known.pid));
}

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

test('a program deleted while it runs', { skip }, async () => {
  const copy = copyOf(pie);
  const known = await startKnown(copy);
  rmSync(copy);
  assert.match(known.maps(), /known \(deleted\)/);
  const symboliser = symboliserOf(known);
  assertNamed(symboliser, known);
  assert.equal(resolveSaid(symboliser, known)[0]?.module, copy);
  known.stop();
});

test('a library deleted while it is in use', { skip: skip || !isRoot }, async () => {
  const copy = copyOf(pie);
  const known = await startKnown(copy);
  rmSync(join(copy, '..', 'libknown.so'));
  assertNamed(symboliserOf(known), known);
  known.stop();
});

test('a library deleted after it was read once, known from then on', { skip }, async () => {
  const copy = copyOf(pie);
  const known = await startKnown(copy);
  const symboliser = symboliserOf(known);
  resolveSaid(symboliser, known);
  rmSync(join(copy, '..', 'libknown.so'));
  await end(known);
  symboliser.setMappings('known', known.pid, known.maps.call({ pid: 'self' }));
});

/** The same source with its functions elsewhere. */
function compileOther(): string {
  return compileKnown(tempDir('other'), '-O3', '-falign-functions=256').program;
}

test('a program replaced while it runs keeps its own names', { skip }, async () => {
  const copy = copyOf(pie);
  const known = await startKnown(copy);
  const maps = known.maps();
  copyFileSync(compileOther(), `${copy}.new`);
  renameSync(`${copy}.new`, copy);
  assertNamed(symboliserOf(known, maps), known);
  assertNamed(symboliserOf(known), known);
  known.stop();
});

test(
  'a program replaced when it has ended has no names, rather than wrong ones',
  { skip },
  async () => {
    const other = compileOther();
    const replace: ((copy: string) => void)[] = [
      (copy) => {
        copyFileSync(other, `${copy}.new`);
        renameSync(`${copy}.new`, copy);
      },
      (copy) => writeFileSync(copy, 'the same inode, but another file'),
      (copy) => {
        rmSync(copy);
        copyFileSync(other, copy);
      },
    ];
    for (const change of replace) {
      const copy = copyOf(pie);
      const known = await startKnown(copy);
      const maps = known.maps();
      const symboliser = symboliserOf(known, maps);
      await end(known);
      change(copy);
      const [first] = resolveSaid(symboliser, known);
      assert.equal(first?.symbol, '[unknown]');
      assert.equal(first?.module, copy);
      assert.equal(first?.kind, 'unknown');
      assert.equal(symboliser.problems.get(copy), 'replaced since it was loaded');
    }
  },
);

for (const [where, mount] of [
  ['a file system of its own', 'mount -t tmpfs none "$1"'],
  [
    'an overlay, as containers are',
    'mount -t tmpfs none "$1" && mkdir "$1/l" "$1/u" "$1/w" "$1/m" && cp "$2" "$3" "$1/l" && ' +
      'mount -t overlay -o "lowerdir=$1/l,upperdir=$1/u,workdir=$1/w" none "$1/m" && cd "$1/m" && exec ./known',
  ],
] as const) {
  test(`a process that sees other files: ${where}`, { skip: skip || !isRoot }, async (t) => {
    const folder = tempDir('namespace');
    const script = `${mount} && cp "$2" "$3" "$1" && exec "$1/known"`;
    const command = ['-m', 'sh', '-c', script, 'sh', folder, pie.program, pie.library];
    const known = await startKnown('unshare', ...command);
    if (known.said.length === 0) return t.skip('no mount namespaces here');
    assertNamed(symboliserOf(known), known);
    known.stop();
  });
}

test('paths that lead to no regular file do no harm', async () => {
  const folder = tempDir('traps');
  const fifo = join(folder, 'fifo');
  run('mkfifo', fifo);
  const paths = [fifo, '/dev/zero', '/dev/watchdog', folder, '/nowhere/at/all', '/proc/kmsg'];
  const symboliser = new Symboliser();
  const maps = paths.map((path, i) => `${i + 1}000-${i + 1}800 r-xp 00000000 fe:00 12 ${path}`);
  symboliser.setMappings('traps', process.pid, maps.join('\n'));
  const started = performance.now();
  const addresses = paths.map((_, i) => ({ address: `${i + 1}010`, leaf: true }));
  const resolved = symboliser.resolve('traps', addresses);
  assert.ok(performance.now() - started < 1000);
  resolved.forEach((one, i) => {
    assert.deepEqual(one, {
      symbol: '[unknown]',
      name: '[unknown]',
      module: paths[i],
      kind: 'unknown',
      offset: 0x10,
    });
  });
  assert.equal(symboliser.problems.size, paths.length);
});

test('C++ names are mangled in the log and readable for people', { skip }, async () => {
  const copy = join(tempDir('cpp'), 'shapes');
  run('g++', '-O1', '-g', '-std=c++17', '-no-pie', '-o', copy, source('shapes.cpp'));
  const line = /^([0-9a-f]+) T (\S*area\S*)$/m.exec(run('nm', copy));
  assert.ok(line);
  const { ino } = await import('node:fs').then((fs) => fs.statSync(copy));
  const device = run('stat', '-c', '%Hd %Ld', copy).trim().split(' ').map(Number);
  const [major, minor] = device.map((part) => part.toString(16).padStart(2, '0'));
  const symboliser = new Symboliser();
  symboliser.setMappings(
    'cpp',
    process.pid,
    `401000-402000 r-xp 00001000 ${major}:${minor} ${ino} ${copy}`,
  );
  const [area] = symboliser.resolve('cpp', [{ address: line[1]!.replace(/^0+/, ''), leaf: true }]);
  assert.equal(area?.symbol, line[2]);
  assert.equal(area?.name, 'shapes::Circle::area(int) const');
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
