import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readClocks, SleepWatch, type Clocks } from '../../../src/sources/sleepWatch';

function watch(...readings: readonly (Clocks | undefined)[]): number[] {
  const left = [...readings];
  const sleep = new SleepWatch(() => left.shift());
  return readings.map(() => sleep.slept());
}

test('a night is told once, small differences and a program that was stopped are not', () => {
  const readings = [
    { awake: 10, all: 100 },
    { awake: 11, all: 101.01 },
    { awake: 12, all: 28_902 },
    { awake: 13, all: 28_903 },
    { awake: 75, all: 28_965 },
  ];
  assert.deepEqual(watch(...readings), [0, 0, 28_800, 0, 0]);
});

test('without one of the clocks nothing is told', () => {
  assert.deepEqual(watch({ awake: 1, all: 1 }, undefined, { awake: 2, all: 900 }), [0, 0, 0]);
});

test('the clocks of this machine go alike', async () => {
  const sleep = new SleepWatch(readClocks);
  sleep.slept();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(sleep.slept(), 0);
});
