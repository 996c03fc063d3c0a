import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  readLoad,
  readLoadAverage,
  readPressure,
  readRunnable,
} from '../../../src/sources/loadReading';

test('readings are taken from the lines of the kernel', () => {
  assert.equal(readLoadAverage('0.84 0.52 0.36 2/345 20511\n'), 0.84);
  const pressure =
    'some avg10=3.10 avg60=1.20 avg300=0.40 total=123\nfull avg10=9.00 avg60=0 avg300=0 total=0\n';
  assert.equal(readPressure(pressure), 3.1);
  assert.equal(readRunnable('cpu  1 2 3\nprocs_running 3\nprocs_blocked 0\n'), 3);
});

test('a kernel that does not tell is no reading, and no error', () => {
  assert.deepEqual(
    [readLoadAverage(''), readPressure(''), readRunnable('')],
    [undefined, undefined, undefined],
  );
});

test('this machine tells its load average and its runnable tasks', () => {
  assert.equal(typeof readLoad('load-average'), 'number');
  assert.ok((readLoad('run-queue') ?? 0) >= 1);
});
