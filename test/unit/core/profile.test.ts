import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { InternedFrame } from '../../../src/core/frame';
import { Profile, survivorOf } from '../../../src/core/profile';

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

test('a frame that gets its name changes its stacks, and those that are one then are merged', () => {
  const profile = new Profile(100);
  const process = profile.addProcess(10, 'x');
  const single = () =>
    profile.frames.single({ symbol: '[unknown]', name: '[unknown]', module: '', kind: 'unknown' });
  const [first, second] = [single(), single()];
  const [leaf, main] = frames(profile, 'leaf;main') as [InternedFrame, InternedFrame];
  const named = profile.stack(process, [leaf, main]);
  const [late, later] = [profile.stack(process, [first, main]), profile.stack(process, [second])];
  profile.add(named, 1, 1);
  profile.add(late, 1, 2);
  profile.add(late, 2, 3);
  profile.add(later, 1, 4);
  late.label = 1;
  late.reason = 'new';
  assert.equal(profile.entries, 4);
  const names = new Map([
    [first, leaf],
    [second, main],
  ]);
  assert.deepEqual([...profile.replaceFrames(process, names)], [[late, named]]);
  assert.deepEqual([named.count, late.count, later.frames], [6, 0, [main]]);
  assert.deepEqual([named.label, named.reason, late.label], [1, 'new', null]);
  assert.equal(survivorOf(late), named);
  assert.equal(profile.stack(process, [main]), later, 'found by its new frames');
  assert.equal(profile.entries, 3);
  assert.equal(process.stacks.size, 2);
});

test('what found no room has a place again when a merge has made some', () => {
  const profile = new Profile(2);
  const process = profile.addProcess(1, 'x');
  const [a, b, c] = frames(profile, 'a;b;c') as [InternedFrame, InternedFrame, InternedFrame];
  profile.add(profile.stack(process, [a]), 1, 1);
  const early = profile.stack(process, [c]);
  profile.add(profile.stack(process, [b]), 1, 1);
  assert.ok(profile.isOther(profile.add(early, 2, 1)));
  profile.replaceFrames(process, new Map([[b, a]]));
  assert.equal(profile.entries, 2);
  assert.ok(profile.isOther(profile.add(early, 2, 1)));
  profile.replaceFrames(process, new Map([[a, c]]));
  assert.equal(profile.stack(process, [c]).count, 2, 'another one has its frames by now');
  assert.equal(profile.add(early, 1, 1), profile.stack(process, [c]));
});

test('no sample is lost or made by names that come late, in whatever order', () => {
  const sample = fc.record({
    tid: fc.integer({ min: 1, max: 3 }),
    path: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 3 }),
    count: fc.integer({ min: 1, max: 9 }),
  });
  const naming = fc.record({
    late: fc.integer({ min: 0, max: 5 }),
    name: fc.constantFrom('a', 'b'),
  });
  fc.assert(
    fc.property(fc.array(fc.oneof(sample, naming), { maxLength: 40 }), (steps) => {
      const profile = new Profile(12);
      const process = profile.addProcess(1, 'x');
      const current = frames(profile, 'l0;l1;l2;l3;l4;l5');
      let counted = 0;
      for (const step of steps) {
        if ('late' in step) {
          const [name] = frames(profile, step.name) as [InternedFrame];
          profile.replaceFrames(process, new Map([[current[step.late] as InternedFrame, name]]));
          current[step.late] = name;
        } else {
          const stack = profile.stack(
            process,
            step.path.map((at) => current[at] as InternedFrame),
          );
          profile.add(stack, step.tid, step.count);
          counted += step.count;
        }
        const threads = [...process.threads.values()];
        const pairs = threads.reduce((all, { stacks }) => all + stacks.size, 0);
        assert.deepEqual([sum(profile), process.count], [counted, counted]);
        assert.equal(profile.entries, pairs);
        for (const stack of process.stacks.values()) {
          const own = threads.reduce((all, { stacks }) => all + (stacks.get(stack) ?? 0), 0);
          assert.equal(stack.count, own);
        }
        const texts = [...process.stacks.values()].map(({ frames }) =>
          frames.map((f) => f.id).join(),
        );
        assert.equal(new Set(texts).size, texts.length, 'a stack is one');
      }
    }),
  );
});
