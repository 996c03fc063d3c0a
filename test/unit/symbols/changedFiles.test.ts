/** Files that are gone, or replaced, or elsewhere, or no files at all, when we come to read them. */
import assert from 'node:assert/strict';
import { copyFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openMapped } from '../../../src/symbols/mappedFile';
import { parseMaps } from '../../../src/symbols/maps';
import { rootOf } from '../../../src/symbols/procfs';
import { Symboliser } from '../../../src/symbols/symboliser';
import { withoutCompiler } from '../../support/machine';
import { tempDir } from '../../support/tempDir';
import { assertNamed, copyOf, end, resolveSaid, startKnown, symboliserOf } from './knownProcess';
import { compileKnown, run, type Known } from '../../support/knownPrograms';

const skip = withoutCompiler();
const withoutRoot = process.getuid?.() === 0 ? false : 'needs root';

let pie: Known;

before(() => {
  if (skip) return;
  pie = compileKnown(tempDir('pie'), '-pie', '-fPIE');
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

test('a library deleted while it is in use', { skip: skip || withoutRoot }, async () => {
  const copy = copyOf(pie);
  const known = await startKnown(copy);
  rmSync(join(copy, '..', 'libknown.so'));
  assertNamed(symboliserOf(known), known);
  known.stop();
});

test('a library deleted after it was read: its names stay', { skip }, async () => {
  const copy = copyOf(pie);
  const known = await startKnown(copy);
  const symboliser = symboliserOf(known);
  resolveSaid(symboliser, known);
  rmSync(join(copy, '..', 'libknown.so'));
  const maps = known.maps();
  assert.match(maps, /libknown.so \(deleted\)/);
  await end(known);
  symboliser.setMappings('known', known.pid, maps);
  assertNamed(symboliser, known);
});

/** Times of files are those of the last tick of the kernel's clock, every 1 to 10 ms. */
const CLOCK_TICK_MS = 20;

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
      await sleep(CLOCK_TICK_MS);
      change(copy);
      const [first] = resolveSaid(symboliser, known);
      assert.equal(first?.symbol, '[unknown]');
      assert.equal(first?.module, copy);
      assert.equal(first?.kind, 'unknown');
      assert.equal(symboliser.problems.get(copy), 'replaced since it was loaded');
    }
  },
);

/** Shell text that mounts over `$1` and runs there what is in the folder `$2`. */
const NAMESPACES = {
  'a file system of its own': 'mount -t tmpfs none "$1" && cp "$2"/* "$1" && exec "$1/known"',
  // As in a container. Over two file systems stat and maps show different devices.
  'an overlay of two':
    'mount -t tmpfs none "$1" && mkdir "$1/upper" "$1/work" "$1/merged" && ' +
    'mount -t overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" none "$1/merged" && ' +
    'exec "$1/merged/known"',
};

for (const [where, script] of Object.entries(NAMESPACES)) {
  test(`a process that sees other files: ${where}`, { skip: skip || withoutRoot }, async (t) => {
    const command = ['-m', 'sh', '-c', script, 'sh', tempDir('namespace'), dirname(copyOf(pie))];
    const known = await startKnown('unshare', ...command);
    if (known.said.length === 0) return t.skip('cannot mount here');
    assertNamed(symboliserOf(known), known);
    const root = `/proc/${known.pid}/root`;
    assert.equal(rootOf(known.pid), root);
    const mapping = parseMaps(known.maps()).find(({ name }) => name.endsWith('libknown.so'));
    assert.ok(mapping);
    // Without the pid there is no way but the path, as for who is not root.
    const opened = openMapped(mapping, { pid: 0, root, seenMs: Date.now() });
    assert.ok(opened.ok);
    opened.value.file.close();
    assert.equal(openMapped(mapping, { pid: 0, root: '', seenMs: Date.now() }).ok, false);
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
