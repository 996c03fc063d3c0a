import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { layAscending, layIntervals } from '../../../src/symbols/intervals';

const range = fc.record({ start: fc.nat(60), length: fc.integer({ min: 1, max: 25 }) });

/** What both layouts promise, looked up the slow way. */
function lastThatHolds(ranges: readonly { start: number; length: number }[], at: number): number {
  return ranges.findLastIndex(({ start, length }) => start <= at && at < start + length);
}

test('ranges in any order: the last in the list has an address', () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 40 }), (ranges) => {
      const starts = ranges.map(({ start }) => start);
      const ends = ranges.map(({ start, length }) => start + length);
      const laid = layIntervals(starts, ends);
      for (let at = -1; at < 90; at++) assert.equal(laid.find(at), lastThatHolds(ranges, at));
    }),
    { numRuns: 500 },
  );
});

test('ascending ranges, nested or overlapping: the same', () => {
  fc.assert(
    fc.property(fc.uniqueArray(range, { selector: ({ start }) => start }), (unsorted) => {
      const ranges = unsorted.sort((a, b) => a.start - b.start);
      const starts = Float64Array.from(ranges, ({ start }) => start);
      const ends = Float64Array.from(ranges, ({ start, length }) => start + length);
      const laid = layAscending(starts, ends);
      for (let at = -1; at < 90; at++) assert.equal(laid.find(at), lastThatHolds(ranges, at));
    }),
    { numRuns: 500 },
  );
});

test('half a million ranges, all on top of each other, take no time that matters', () => {
  const count = 500_000;
  const starts = Float64Array.from({ length: count }, (_, i) => i);
  const ends = Float64Array.from({ length: count }, (_, i) => 2 * count - i);
  const before = performance.now();
  assert.equal(layAscending(starts, ends).find(count + 5), count - 6);
  assert.equal(layIntervals(starts, ends).find(count + 5), count - 6);
  assert.equal(layIntervals(starts.toReversed(), ends.toReversed()).find(count + 5), count - 1);
  assert.ok(performance.now() - before < 10_000);
});

test('nothing laid, nothing found', () => {
  assert.equal(layIntervals([], []).find(0), -1);
  assert.equal(layAscending(new Float64Array(), new Float64Array()).find(0), -1);
});
