/** Which ticks are followed by a report. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReportSchedule } from '../../../src/recording/reportSchedule';

/** Reported of these ticks, each with the seconds that it was counted late. */
function reported(ticks: readonly (readonly [at: number, late: number])[]): number[] {
  const schedule = new ReportSchedule({ interval: 5, tick: 1 });
  return ticks.flatMap(([at, late]) => (schedule.isDue(at, 1_000 + at + late) ? [at] : []));
}

test('a report follows the tick that ends its interval, a little early or late', () => {
  assert.deepEqual(reported([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((at) => [at, 0])), [5, 10]);
  assert.deepEqual(
    reported([
      [4.4, 0],
      [4.6, 0],
      [5.4, 0],
      [10.2, 0],
    ]),
    [4.6, 10.2],
  );
});

test('intervals without a tick share one report', () => {
  assert.deepEqual(
    reported([
      [4, 0],
      [17, 0],
      [18, 0],
      [20, 0],
    ]),
    [17, 20],
  );
});

test('of reports that are late by an interval every other one is made', () => {
  assert.deepEqual(
    reported([
      [5, 0],
      [10, 0],
      [15, 9],
      [20, 5],
      [25, 5],
      [30, 0],
    ]),
    [5, 10, 20, 30],
  );
});

test('less than an interval is not late, and late is measured against the tick counted soonest', () => {
  assert.deepEqual(
    reported([
      [5, 3],
      [10, 7.9],
      [15, 8],
      [20, 3],
    ]),
    [5, 10, 20],
  );
});

test('a replay is never late', () => {
  const schedule = new ReportSchedule({ interval: 5, tick: 1 });
  assert.deepEqual(
    [5, 10, 15].map((at) => schedule.isDue(at, at)),
    [true, true, true],
  );
});
