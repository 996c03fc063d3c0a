import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reasonText, shortText } from '../../../src/anomaly/reason';
import type { Verdict } from '../../../src/anomaly/verdicts';

const SURGE: Verdict = {
  kind: 'surge',
  scope: 'stacks',
  processes: 1,
  count: 412,
  expected: 49.6,
  seconds: 5.01,
  since: 30,
  score: 0.8,
};

const CASES: [Partial<Verdict>, string][] = [
  [{}, '8.3 times its usual rate, 412 samples in 5 s'],
  [{ seconds: 0.9999 }, '8.3 times its usual rate, 412 samples in 1 s'],
  [{ count: 4120 }, '83 times its usual rate, 4,120 samples in 5 s'],
  [{ scope: 'process' }, 'whole process: 8.3 times its usual rate, 412 samples in 5 s'],
  [{ kind: 'drop', count: 2 }, 'drop: 0.04 times its usual rate, 2 samples in 5 s'],
  [
    { kind: 'drop', count: 1, expected: 900 },
    'drop: less than 0.01 times its usual rate, 1 sample in 5 s',
  ],
  [{ kind: 'gone', count: 0 }, 'gone: no samples in 5 s'],
  [{ kind: 'new', expected: 0 }, 'new: 412 samples in 5 s'],
  [
    { kind: 'new', expected: 0, scope: 'newProcess', seconds: 900 },
    'new process: 412 samples in 15 min',
  ],
  [
    { kind: 'new', expected: 0, scope: 'newProcess', processes: 4 },
    '4 new processes: 412 samples in 5 s',
  ],
  [{ expected: 0 }, 'back: 412 samples in 5 s'],
  [{ scope: 'machine', expected: 0, seconds: 0.4 }, 'many at once: 412 samples in 0.4 s'],
];

for (const [change, text] of CASES)
  test(text, () => assert.equal(reasonText({ ...SURGE, ...change }), text));

test('a row has room for a word', () => {
  const changes: Partial<Verdict>[] = [
    {},
    { expected: 0 },
    { kind: 'new', expected: 0 },
    { kind: 'drop', count: 2 },
    { kind: 'gone', count: 0 },
  ];
  assert.deepEqual(
    changes.map((change) => shortText({ ...SURGE, ...change })),
    ['8.3×', 'back', 'new', 'drop to 0.04×', 'gone'],
  );
});
