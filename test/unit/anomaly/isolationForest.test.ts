/** The forest as a general outlier detector, and what it makes of bad rows. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { scoreRows, trainForest } from '../../../src/anomaly/forest/isolationForest';
import { averagePathLength, heightLimit } from '../../../src/anomaly/forest/isolationTree';
import { sample, seededRandom, type Random } from '../../../src/anomaly/forest/random';

/** Sum of twelve: near enough to a bell curve. */
function bell(random: Random): number {
  return Array.from({ length: 12 }, random).reduce((sum, value) => sum + value) - 6;
}

/** Share of pairs of an outlier and an inlier in which the outlier has the higher score. */
function auc(scores: readonly number[], isOutlier: (index: number) => boolean): number {
  const outliers = scores.filter((_, index) => isOutlier(index));
  const inliers = scores.filter((_, index) => !isOutlier(index));
  const wins = outliers.flatMap((high) =>
    inliers.map((low) => (high > low ? 1 : high === low ? 0.5 : 0)),
  );
  return wins.reduce<number>((sum, win) => sum + win, 0) / wins.length;
}

describe('rows with nothing to learn from', () => {
  const cases: [string, number[][], number[]][] = [
    ['none', [], []],
    ['one', [[7, 3]], [0.5]],
    // Each is alone behind one cut, as long a path as c(2).
    ['two', [[0], [1]], [0.5, 0.5]],
    ['all equal', Array.from({ length: 5 }, () => [2, 2]), [0.5, 0.5, 0.5, 0.5, 0.5]],
    ['no columns', [[], [], []], [0.5, 0.5, 0.5]],
    ['nothing but NaN', [[NaN], [NaN], [NaN]], [0.5, 0.5, 0.5]],
  ];
  for (const [name, rows, expected] of cases)
    test(name, () => assert.deepEqual(scoreRows(rows), expected));
});

test('path lengths are those of the paper', () => {
  assert.deepEqual([0, 1, 2].map(averagePathLength), [0, 0, 1]);
  assert.ok(Math.abs(averagePathLength(3) - 5 / 3) < 1e-12);
  assert.deepEqual([1, 2, 3, 256, 257].map(heightLimit), [0, 1, 2, 8, 9]);
});

test('whatever the cells hold, there is one score in [0, 1] for each row', () => {
  const cell = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, 2 ** 40, 1.8e308));
  const table = fc
    .integer({ min: 1, max: 4 })
    .chain((width) =>
      fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 30 }),
    );
  const holds = (rows: number[][]): void => {
    const scores = scoreRows(rows, { trees: 5 });
    assert.equal(scores.length, rows.length);
    assert.ok(
      scores.every((score) => score >= 0 && score <= 1),
      String(scores),
    );
  };
  fc.assert(fc.property(table, holds), { seed: 5, numRuns: 100 });
});

test('a cell beyond all numbers stands apart, and leaves the others as they are', () => {
  const rows = Array.from({ length: 50 }, (_, i) => [i % 7]);
  const scores = scoreRows([...rows, [Infinity]]);
  assert.equal(scores.indexOf(Math.max(...scores)), 50);
});

test('so it does where the other cells are equal, or none is a number', () => {
  const highest = (rows: number[][]): number[] => {
    const scores = scoreRows(rows);
    return scores.flatMap((score, index) => (score === Math.max(...scores) ? [index] : []));
  };
  assert.deepEqual(highest([[5], [5], [5], [Infinity]]), [3]);
  assert.deepEqual(highest([[0], [0], [-Infinity], [0]]), [2]);
  assert.deepEqual(highest([[1e300], [Infinity], [1e300]]), [1]);
  assert.deepEqual(highest([[NaN], [NaN], [NaN], [Infinity], [NaN]]), [3]);
  assert.deepEqual(highest([[Infinity], [-Infinity], [-Infinity], [-Infinity]]), [0]);
});

test('columns that say nothing hide nothing', () => {
  const random = seededRandom(4);
  const rows = Array.from({ length: 1_000 }, (_, i) =>
    Array.from({ length: 5 }, () => bell(random) * (i % 50 === 0 ? 4 : 1)),
  );
  const found = (filler: () => number): number => {
    const wide = rows.map((row) => [...row, ...Array.from({ length: 95 }, filler)]);
    return auc(scoreRows(wide), (index) => index % 50 === 0);
  };
  const alone = auc(scoreRows(rows), (index) => index % 50 === 0);
  assert.ok(found(() => 7) > alone - 0.01, `constant: ${found(() => 7)}, without: ${alone}`);
  const rare = () => (random() < 0.002 ? 1 : 0);
  assert.ok(found(rare) > alone - 0.1, `nearly constant: ${found(rare)}, without: ${alone}`);
});

test('outliers among 2,000 rows are found', () => {
  const random = seededRandom(3);
  const rows = Array.from({ length: 2_000 }, (_, i) =>
    Array.from({ length: 4 }, () => bell(random) * (i % 50 === 0 ? 5 : 1)),
  );
  assert.ok(auc(scoreRows(rows), (index) => index % 50 === 0) > 0.95);
});

test('the same seed gives the same scores, another seed others; Math.random is as before', () => {
  const random = seededRandom(1);
  const rows = Array.from({ length: 500 }, () => [bell(random), bell(random)]);
  const before = Math.random;
  assert.deepEqual(scoreRows(rows, { seed: 9 }), scoreRows(rows, { seed: 9 }));
  assert.notDeepEqual(scoreRows(rows, { seed: 9 }), scoreRows(rows, { seed: 10 }));
  assert.equal(Math.random, before);
});

test('what was learnt scores other rows', () => {
  const forest = trainForest(Array.from({ length: 100 }, (_, i) => [i % 10, i % 3]));
  const [usual = 1, strange = 0] = forest.score([
    [4, 1],
    [40, 9],
  ]);
  assert.ok(strange > usual);
  assert.throws(() => forest.score([[1]]), RangeError);
});

test('rows of different widths and senseless options are refused', () => {
  assert.throws(() => scoreRows([[1], [1, 2]]), /Row 1 has 2 cells where 1 are expected/);
  assert.throws(() => scoreRows([[1], [2]], { trees: 0 }), RangeError);
  assert.throws(() => scoreRows([[1], [2]], { sampleSize: 1.5 }), RangeError);
});

test('a sample holds different items, and no more than there are', () => {
  const items = Array.from({ length: 20 }, (_, i) => i);
  const drawn = sample(items, 8, seededRandom(2));
  assert.equal(new Set(drawn).size, 8);
  assert.deepEqual(sample(items, 99, seededRandom(2)).sort(), [...items].sort());
});
