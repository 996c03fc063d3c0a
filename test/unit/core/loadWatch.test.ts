import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultThreshold, readThreshold } from '../../../src/core/loadLimit';
import { describeLoad, LoadWatch } from '../../../src/core/loadWatch';

const limit = { metric: 'run-queue', threshold: 4 } as const;

test('an episode lasts from the reading before it was over to the last one over, with its peak', () => {
  const watch = new LoadWatch(limit);
  const crossed = [1, 4, 5, 9, 6, 4, 2, 7].map((value, at) => watch.add(at + 1, value));
  assert.deepEqual(crossed, [false, false, true, false, false, true, false, true]);
  assert.deepEqual(watch.status.episodes, [
    { from: 2, to: 5, peak: 9 },
    { from: 7, to: 8, peak: 7 },
  ]);
  assert.equal(watch.status.episodeCount, 2);
});

test('the threshold itself is not over it', () => {
  const watch = new LoadWatch(limit);
  watch.add(1, 4);
  assert.equal(describeLoad(watch.status), 'waiting: run queue 4, threshold 4');
  watch.add(2, 5);
  assert.equal(describeLoad(watch.status), 'recording: run queue 5, threshold 4');
});

test('a machine that goes up and down for ever keeps a bounded list and counts them all', () => {
  const watch = new LoadWatch(limit);
  for (let at = 0; at < 5_000; at++) watch.add(at, at % 2 === 0 ? 9 : 0);
  assert.equal(watch.status.episodeCount, 2_500);
  assert.equal(watch.status.episodes.length, 1_000);
});

test('thresholds are numbers that make sense, whole ones for the run queue', () => {
  const read = [
    readThreshold('run-queue', '6'),
    readThreshold('load-average', '1.5'),
    readThreshold('pressure', '100'),
  ];
  assert.deepEqual(read, [6, 1.5, 100]);
  for (const [metric, text] of [
    ['run-queue', '1.5'],
    ['run-queue', '-1'],
    ['run-queue', ''],
    ['pressure', '101'],
    ['load-average', '1e9'],
    ['load-average', 'NaN'],
  ] as const) {
    assert.match(String(readThreshold(metric, text)), /^a (whole )?number from 0 to \d+$/);
  }
  assert.deepEqual(
    [defaultThreshold('run-queue', 64), defaultThreshold('load-average', 64)],
    [4, 64],
  );
});
