import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { spansAsOf, Timeline, TIMELINE_BOUNDS, type Span } from '../../../src/core/timeline';

const ticksOf = (spans: readonly Span<unknown>[]) => spans.map(({ ticks }) => ticks);
const entriesOf = (spans: readonly Span<unknown>[]) =>
  spans.reduce((sum, { counts }) => sum + counts.size, 0);

/** Totals by stack. */
function sums(all: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const totals = new Map<string, number>();
  for (const counts of all)
    for (const [stack, count] of counts) totals.set(stack, (totals.get(stack) ?? 0) + count);
  return totals;
}

test('within the bounds every tick is a span of its own, but for those without a sample', () => {
  const timeline = new Timeline<string>();
  const ticks = [new Map([['a', 2]]), new Map(), new Map([['b', 1]])];
  for (const tick of ticks) timeline.add(tick);
  assert.deepEqual(
    timeline.spans.map(({ counts }) => [...counts]),
    [[['a', 2]], [['b', 1]]],
  );
});

test('the oldest are merged first, and none becomes much longer than its neighbours', () => {
  const timeline = new Timeline<string>({ spans: 4, entries: 100 });
  const lengths: number[][] = [];
  for (let i = 0; i < 8; i++) {
    timeline.add(new Map([['a', 1]]));
    lengths.push(ticksOf(timeline.spans));
  }
  assert.deepEqual(lengths.slice(3), [
    [1, 1, 1, 1],
    [2, 1, 1, 1],
    [2, 2, 1, 1],
    [2, 2, 2, 1],
    [2, 2, 2, 2],
  ]);
});

test('spans that were taken stay as they are while the timeline goes on', () => {
  const timeline = new Timeline<string>({ spans: 1, entries: 100 });
  timeline.add(new Map([['a', 1]]));
  const taken = [...timeline.spans];
  timeline.add(new Map([['a', 5]]));
  assert.deepEqual([...(taken[0]?.counts ?? [])], [['a', 1]]);
});

test('hours of ticks stay within the bounds, in spans of about the same length', () => {
  const timeline = new Timeline<number>();
  const seconds = 2 * 3600;
  for (let second = 0; second < seconds; second++) {
    timeline.add(new Map(Array.from({ length: 20 }, (_, i) => [(7 * second + i) % 60, 1])));
  }
  const { spans } = timeline;
  assert.ok(spans.length <= TIMELINE_BOUNDS.spans);
  assert.ok(entriesOf(spans) <= TIMELINE_BOUNDS.entries);
  const longest = Math.max(...ticksOf(spans));
  assert.ok(longest <= (4 * seconds) / spans.length, `${longest} ticks in one of ${spans.length}`);
});

test('no sample is dropped, and the bounds hold unless there are more stacks than entries', () => {
  const tick = fc
    .array(fc.tuple(fc.constantFrom(...'abcdefgh'), fc.integer({ min: 1, max: 1_000 })))
    .map((pairs) => new Map(pairs));
  const bounds = fc.record({ spans: fc.integer({ min: 1, max: 6 }), entries: fc.nat(20) });
  fc.assert(
    fc.property(fc.array(tick, { maxLength: 40 }), bounds, (ticks, limits) => {
      const timeline = new Timeline<string>(limits);
      for (const each of ticks) timeline.add(each);
      const { spans } = timeline;
      const total = sums(ticks);
      assert.deepEqual(
        new Map([...sums(spans.map(({ counts }) => counts))].sort()),
        new Map([...total].sort()),
      );
      assert.equal(
        ticksOf(spans).reduce((sum, each) => sum + each, 0),
        ticks.filter(({ size }) => size > 0).length,
      );
      assert.ok(spans.length <= limits.spans);
      assert.ok(entriesOf(spans) <= Math.max(limits.entries, total.size));
    }),
  );
});

test('what turned out to be one is one in all spans', () => {
  const spans = [
    { ticks: 1, counts: new Map([['a', 1]]) },
    { ticks: 2, counts: new Map(Object.entries({ a: 2, b: 3, c: 4 })) },
  ];
  const now = spansAsOf<string>(spans, (stack) => (stack === 'a' ? 'b' : stack));
  assert.deepEqual(
    now.map(({ ticks, counts }) => [ticks, Object.fromEntries(counts)]),
    [
      [1, { b: 1 }],
      [2, { b: 5, c: 4 }],
    ],
  );
});
