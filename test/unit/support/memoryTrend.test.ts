import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeMemory, memoryTrend, type MemoryReading } from '../../support/memoryTrend';

const SECONDS = 1_800;

/** Read each 5 s. */
function readings(megabytesAt: (second: number) => number): MemoryReading[] {
  return Array.from({ length: SECONDS / 5 }, (_, index) => {
    const at = 5 * (index + 1);
    return { at, megabytes: megabytesAt(at) };
  });
}

function judge(megabytesAt: (second: number) => number): string[] {
  return judgeMemory(memoryTrend(readings(megabytesAt), SECONDS), SECONDS);
}

test('what fills up and then stays is flat', () => {
  assert.deepEqual(
    judge((at) => Math.min(200, at)),
    [],
  );
});

test('what goes up and down is flat', () => {
  assert.deepEqual(
    judge((at) => 200 + 80 * Math.sin(at)),
    [],
  );
});

test('what grows by a quarter is refused', () => {
  const reasons = judge((at) => 200 + (50 * (at - 600)) / 1_200);
  assert.deepEqual(reasons, ['memory grew from 200 MB to 250 MB']);
});

test('a short run is not judged', () => {
  assert.deepEqual(judgeMemory({ from: 100, to: 200, most: 200 }, 30), []);
});

test('one that was over before a third has the trend it had', () => {
  const early = readings((at) => 100 + at).slice(0, 10);
  assert.deepEqual(memoryTrend(early, SECONDS), { from: 105, to: 150, most: 150 });
  assert.deepEqual(judgeMemory(memoryTrend([], SECONDS), SECONDS), []);
});

test('the highest is told, wherever it was', () => {
  const { most } = memoryTrend(
    readings((at) => (at === 100 ? 300 : 100)),
    SECONDS,
  );
  assert.equal(most, 300);
});
