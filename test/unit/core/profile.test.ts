import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { InternedFrame } from '../../../src/core/frame';
import { Profile } from '../../../src/core/profile';

function frames(profile: Profile, text: string): InternedFrame[] {
  return text
    .split(';')
    .map((symbol) =>
      profile.frames.intern({ symbol, name: symbol, module: '/bin/x', kind: 'native' }),
    );
}

function sum(profile: Profile): number {
  return [...profile.countedStacks()].reduce((total, { count }) => total + count, 0);
}

test('all threads and all stacks of a process are kept', () => {
  const profile = new Profile(100);
  const process = profile.addProcess(10, 'x');
  profile.add(profile.stack(process, frames(profile, 'leaf;main')), 10, 3);
  profile.add(profile.stack(process, frames(profile, 'other;main')), 10, 2);
  profile.add(profile.stack(process, frames(profile, 'leaf;main')), 11, 5);
  const entries = [...profile.countedStacks()].map(
    (entry) => `${entry.tid} ${entry.frames.map((frame) => frame.symbol).join(';')} ${entry.count}`,
  );
  assert.deepEqual(entries.sort(), ['10 leaf;main 3', '10 other;main 2', '11 leaf;main 5']);
  assert.equal(process.count, 10);
});

test('the second life of a pid has an entry of its own', () => {
  const profile = new Profile(100);
  const keys = [
    profile.addProcess(7, 'sh'),
    profile.addProcess(7, 'cc1'),
    profile.addProcess(8, 'sh'),
  ];
  assert.deepEqual(
    keys.map(({ key }) => key),
    ['7', '7.2', '8'],
  );
});

test('beyond maxStacks samples are counted as [other], one entry per thread', () => {
  const profile = new Profile(2);
  const process = profile.addProcess(1, 'x');
  for (const leaf of ['a', 'b', 'c', 'd', 'e']) {
    profile.add(profile.stack(process, frames(profile, leaf)), 1, 10);
  }
  const entries = [...profile.countedStacks()].map((entry) => [
    entry.frames[0]?.symbol,
    entry.count,
  ]);
  assert.deepEqual(entries, [
    ['a', 10],
    ['b', 10],
    ['[other]', 30],
  ]);
  assert.equal(profile.folded, 30);
});

test('no sample is lost by folding, whatever the order', () => {
  const samples = fc.array(
    fc.tuple(fc.nat(3), fc.nat(5), fc.nat(20), fc.integer({ min: 1, max: 9 })),
  );
  fc.assert(
    fc.property(samples, fc.nat(30), (list, maxStacks) => {
      const profile = new Profile(maxStacks);
      const processes = [1, 2, 3, 4].map((tgid) => profile.addProcess(tgid, 'x'));
      let total = 0;
      for (const [process, tid, leaf, count] of list) {
        const record = processes[process];
        assert.ok(record);
        profile.add(profile.stack(record, frames(profile, `f${leaf};main`)), tid, count);
        total += count;
      }
      assert.equal(sum(profile), total);
      assert.equal([...profile.countedStacks()].length, profile.entries);
      assert.equal(
        processes.reduce((all, { count }) => all + count, 0),
        total,
      );
    }),
  );
});

test('what finds no room leaves no record behind, also when it comes again', () => {
  const profile = new Profile(1);
  const process = profile.addProcess(7, 'demo');
  const stackOf = (name: string) =>
    profile.stack(process, [
      profile.frames.intern({ symbol: name, name, module: '', kind: 'native' }),
    ]);
  profile.add(stackOf('first'), 7, 1);
  for (let i = 0; i < 100; i++) profile.add(stackOf(`more${i % 10}`), 7, 2);
  assert.equal(process.stacks.size, 2);
  assert.deepEqual([profile.folded, process.count], [200, 201]);
});
