import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CallTree } from '../../../../src/core/callTree';
import { ROOT } from '../../../../src/core/callTree';
import { StackFeed } from '../../../../src/core/stackFeed';
import { profileOf } from '../../../../src/results/storedProfile';
import { nodeAt, placeOf } from '../../../../src/flamegraph/live/place';
import { StackStore } from '../../../../src/flamegraph/live/stackStore';
import { SHOW_ALL, StackView } from '../../../../src/flamegraph/live/stackView';
import type { CountedStack } from '../../../../src/core/stack';
import { processRef, stack } from '../../../support/sampleStacks';

const DEMO = processRef(7, 'demo');
const OTHER = processRef(9, 'other');
const STACKS: readonly CountedStack[] = [
  stack(DEMO, 7, 'n:main n:run n:read k:vfs_read', 10),
  stack(DEMO, 7, 'n:main n:run', 5),
  stack(DEMO, 8, 'n:main n:run n:run n:read', 3),
  { ...stack(OTHER, 9, 'n:main n:idle', 2), label: 1, reason: 'new' },
];

function storeOf(stacks: Iterable<CountedStack>): StackStore {
  const store = new StackStore();
  store.apply(new StackFeed(profileOf(stacks)).next(Infinity));
  return store;
}

function find(tree: CallTree, ...path: string[]): number {
  return path.reduce((node, name) => {
    const next = tree.children(node).find((child) => tree.info(child).name === name);
    assert.ok(next !== undefined, `${name} is below ${tree.info(node).name}`);
    return next;
  }, ROOT);
}

/** `name self/total`, in the order of the table. */
function functions(view: StackView): string[] {
  return view.functions.rows
    .map(({ frame, self, total }) => `${frame.name} ${self}/${total}`)
    .sort();
}

test('everything: self, total, and a recursive function once per sample', () => {
  const view = new StackView(storeOf(STACKS));
  assert.equal(view.tree.total(ROOT), 20);
  assert.deepEqual(functions(view), [
    'idle 2/2',
    'main 0/20',
    'read 3/13',
    'run 5/18',
    'vfs_read 10/10',
  ]);
});

test('narrowed to a process, a thread, a stack, a frame, and back', () => {
  const view = new StackView(storeOf(STACKS));
  const total = (row: string): number => {
    view.choose({ ...SHOW_ALL, row });
    assert.equal(view.functions.samples, view.tree.total(ROOT));
    return view.tree.total(ROOT);
  };
  const rows = ['p/0', 't/0/7', 't/0/8', 's/0/7/1', 'f/0/7/1/0', 'p/1', 'p/5', ''];
  assert.deepEqual(rows.map(total), [18, 15, 3, 5, 5, 2, 0, 20]);
});

test('anomalies only, also one that is labelled later', () => {
  const store = storeOf(STACKS);
  const view = new StackView(store, { ...SHOW_ALL, anomaliesOnly: true });
  assert.equal(view.tree.total(ROOT), 2);
  const changes = store.apply({
    ...{ frames: [], processes: [], stacks: [], more: false },
    counts: [0, 7, 0],
    labels: [[0, 1, 'twice its usual rate']],
  });
  view.add(changes);
  assert.equal(view.tree.total(ROOT), 12);
});

test('a label that comes later is seen in every thread that ran the stack', () => {
  const shared = [7, 8].map((tid) => ({ ...stack(DEMO, tid, 'n:main n:run', 4), id: '0' }));
  const store = storeOf(shared);
  const view = new StackView(store);
  const relabelled = {
    ...{ frames: [], processes: [], stacks: [], more: false },
    counts: [0, 7, 1],
    labels: [[0, 1, 'new'] as [number, 1, string]],
  };
  view.add(store.apply(relabelled));
  const run = (tid: number) => find(view.tree, 'demo (7)', `pid ${tid}`, 'main', 'run');
  assert.deepEqual([...view.tree.marks.keys()].sort(), [run(7), run(8)].sort());
  assert.deepEqual([view.tree.total(run(7)), view.tree.total(run(8))], [5, 4]);
});

test('a place is found again in a tree with other levels, or the nearest above it', () => {
  const view = new StackView(storeOf(STACKS));
  const read = find(view.tree, 'demo (7)', 'pid 7', 'main', 'run', 'read');
  const [there] = view.choose({ ...SHOW_ALL, row: 't/0/7' }, [read]);
  assert.equal(view.tree.info(there ?? ROOT).name, 'read');
  const [above] = view.choose({ ...SHOW_ALL, grouping: 'process' }, [there ?? ROOT]);
  assert.equal(view.tree.info(above ?? ROOT).name, 'read');
  const [merged] = view.choose({ ...SHOW_ALL, grouping: 'none' }, [above ?? ROOT]);
  assert.equal(view.tree.info(view.tree.parent(merged ?? ROOT)).name, 'run');
  view.choose({ ...SHOW_ALL, grouping: 'process' });
  const place = placeOf(view.tree, find(view.tree, 'demo (7)', 'main', 'run'));
  assert.equal(nodeAt(view.tree, [...place, 'nothing']), nodeAt(view.tree, place));
});

test('a process that renames itself is the same place', () => {
  const store = storeOf(STACKS);
  const view = new StackView(store);
  const run = find(view.tree, 'demo (7)', 'pid 7', 'main', 'run');
  const chunk = { frames: [], stacks: [], counts: [], labels: [], more: false };
  const renamed: [number, string, number, string] = [0, '7', 7, 'renamed'];
  const [there = ROOT] = view.add(store.apply({ ...chunk, processes: [renamed] }), [run]);
  assert.equal(there, find(view.tree, 'renamed (7)', 'pid 7', 'main', 'run'));
});

test('callers and callees count a stack once for each neighbour', () => {
  const view = new StackView(storeOf(STACKS));
  const run = view.functions.rows.find(({ frame }) => frame.name === 'run');
  assert.ok(run);
  const { callers, callees } = view.neighbours(run.frame);
  const print = (list: typeof callers): string[] =>
    list.map(({ frame, count }) => `${frame?.name ?? '-'} ${count}`);
  assert.deepEqual(print(callers), ['main 18', 'run 3']);
  assert.deepEqual(print(callees), ['read 13', '- 5', 'run 3']);
});

test('the heaviest stack through a node, and the largest node of a function', () => {
  const view = new StackView(storeOf(STACKS));
  const { tree } = view;
  const run = find(tree, 'demo (7)', 'pid 7', 'main', 'run');
  assert.equal(view.heaviestThrough(run)?.count, 10);
  assert.equal(view.heaviestThrough(find(tree, 'other (9)'))?.stack.process.key, '9');
  const frame = view.heaviestThrough(run)?.stack.frames.find(({ name }) => name === 'run');
  assert.ok(frame);
  assert.equal(view.largestOf(frame), run);
});

test('added bit by bit, the view is as if built at once', () => {
  const bits = fc.array(
    fc.tuple(fc.nat({ max: STACKS.length - 1 }), fc.integer({ min: 1, max: 9 })),
    { minLength: 1, maxLength: 30 },
  );
  const choice = fc.record({
    row: fc.constantFrom('', 'p/0', 't/0/7'),
    grouping: fc.constantFrom('thread' as const, 'process' as const, 'none' as const),
    anomaliesOnly: fc.boolean(),
  });
  fc.assert(
    fc.property(bits, choice, (parts, chosen) => {
      // All processes first, so that both have the same numbers.
      const stacks = [...STACKS, ...parts.map(([at, count]) => ({ ...STACKS[at], count }))];
      const profile = profileOf([]);
      const feed = new StackFeed(profile);
      const store = new StackStore();
      const view = new StackView(store, chosen);
      for (const one of stacks as CountedStack[]) {
        addTo(profile, one);
        view.add(store.apply(feed.next(Infinity)));
      }
      const whole = new StackView(storeOf(stacks as CountedStack[]), chosen);
      assert.deepEqual(functions(view), functions(whole));
      assert.equal(view.tree.total(ROOT), whole.tree.total(ROOT));
      assert.equal(view.tree.size, whole.tree.size);
    }),
  );
});

function addTo(profile: ReturnType<typeof profileOf>, one: CountedStack): void {
  const { process, tid = 0, frames, count, label, reason } = one;
  assert.ok(process);
  const owner =
    profile.processes.find(({ key }) => key === process.key) ??
    profile.addProcess(process.tgid, process.name, process.key);
  const record = profile.stack(
    owner,
    frames.map((frame) => profile.frames.intern(frame)),
  );
  if (label === 1) Object.assign(record, { label, reason });
  profile.add(record, tid, count);
}
