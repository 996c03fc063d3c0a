import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCpus, readBusyMs, readOnlineCpus } from '../../../src/sources/cpuState';
import { CpuWatch } from '../../../src/sources/cpuWatch';

function changes(...looks: (Record<number, string> | undefined)[]): unknown[] {
  const rest = [...looks];
  const watch = new CpuWatch(() => {
    const cpus = rest.shift();
    return cpus && new Map(Object.entries(cpus).map(([cpu, time]) => [Number(cpu), time]));
  });
  return looks.map(() => watch.look());
}

test('CPUs that go and come back, also between two looks', () => {
  const [first, , gone, back] = changes(
    { 0: 'a', 1: 'b' },
    { 0: 'a', 1: 'b' },
    { 0: 'a' },
    {
      0: 'a',
      1: 'c',
      2: 'd',
    },
  );
  assert.equal(first, undefined);
  assert.deepEqual(gone, { gone: [1], back: [] });
  assert.deepEqual(back, { gone: [], back: [1, 2] });
  const [, quick] = changes({ 0: 'a', 1: 'b' }, { 0: 'a', 1: 'c' });
  assert.deepEqual(quick, { gone: [], back: [1] });
});

test('what cannot be read for a moment is no change', () => {
  assert.deepEqual(changes(undefined, { 0: 'a', 1: 'b' }, undefined, { 0: 'a' }), [
    undefined,
    undefined,
    undefined,
    { gone: [1], back: [] },
  ]);
});

test('a list of the kernel', () => {
  assert.deepEqual(parseCpus('0-3,5\n'), [0, 1, 2, 3, 5]);
  assert.deepEqual(parseCpus('7'), [7]);
  for (const odd of ['', '\n', 'x', '0-', '0-99999999']) assert.deepEqual(parseCpus(odd), []);
});

test('this machine has CPUs, and they have been busy', () => {
  assert.ok((readOnlineCpus()?.size ?? 0) > 0);
  assert.ok((readBusyMs() ?? 0) > 0);
});
