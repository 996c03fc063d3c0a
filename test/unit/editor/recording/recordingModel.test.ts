/** What the window knows of its recording after what the engine has said. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Summary } from '../../../../src/messages/engineMessages';
import {
  hasLeft,
  hasLog,
  hasStacks,
  isBusy,
  NEVER_RECORDED,
  nextModel,
  shownState,
  type RecordingEvent,
  type RecordingModel,
} from '../../../../src/editor/recording/recordingModel';

function summary(recorded: number): Summary {
  const reasons = { collision: 0, stackless: 0, mapFull: 0, unread: 0, renewal: 0 };
  const totals = { fired: recorded, recorded, outside: 0, lost: 0, reasons };
  return { seconds: 1, totals, processes: 1, stacks: 1, unusual: 0 };
}

const REQUESTED: RecordingEvent = { type: 'requested' };
const CRASHED: RecordingEvent = { type: 'crashed' };
const STARTED: RecordingEvent = { type: 'started', title: 'all processes' };
const state = (of: RecordingModel['state']): RecordingEvent => ({ type: 'state', state: of });
const tick = (recorded: number): RecordingEvent => ({ type: 'tick', summary: summary(recorded) });
const ended = (...files: string[]): RecordingEvent => ({
  ...{ type: 'ended', summary: summary(5), files },
});
const RUNNING = [REQUESTED, STARTED, state('starting'), state('recording'), tick(5)];
const OVER = [ended('/tmp/stack_count.log'), state('ended')];

function after(...events: RecordingEvent[]): RecordingModel {
  return events.reduce(nextModel, NEVER_RECORDED);
}

/** How often a recording was left, by the engine or by its crash. */
function timesLeft(...events: RecordingEvent[]): number {
  const models = [NEVER_RECORDED, ...events.map((_, i) => after(...events.slice(0, i + 1)))];
  return models.slice(1).filter((now, i) => hasLeft(models[i] ?? now, now)).length;
}

test('from the request to the end no other recording can be started', () => {
  assert.equal(isBusy(NEVER_RECORDED), false);
  const events = [...RUNNING, state('stopping'), ended(), state('ended')];
  const busy = events.map((_, i) => isBusy(after(...events.slice(0, i + 1))));
  assert.deepEqual(busy, [true, true, true, true, true, true, true, false]);
});

test('a recording that was asked for is shown as starting until the engine speaks', () => {
  assert.equal(shownState(after(REQUESTED)), 'starting');
  assert.equal(shownState(after(REQUESTED, state('recording'))), 'recording');
  assert.equal(shownState(after(REQUESTED, state('ended'))), 'ended', 'it could not start');
});

test('there are stacks from the first sample on, until the next recording or a crash', () => {
  assert.equal(hasStacks(after(REQUESTED, STARTED, tick(0))), false);
  assert.equal(hasStacks(after(...RUNNING)), true);
  assert.equal(hasStacks(after(...RUNNING, ...OVER)), true);
  assert.equal(hasStacks(after(...RUNNING, ...OVER, REQUESTED)), false);
  assert.equal(hasStacks(after(...RUNNING, CRASHED)), false);
});

test('a log can be opened when it was written, until the next recording', () => {
  assert.equal(hasLog(after(...RUNNING)), false);
  assert.equal(hasLog(after(...RUNNING, ...OVER)), true);
  assert.equal(hasLog(after(...RUNNING, ...OVER, CRASHED)), true, 'a crash leaves files alone');
  assert.equal(hasLog(after(...RUNNING, ...OVER, REQUESTED)), false);
  const monitor = ended('/tmp/stack.bpf', '/tmp/stack.svg');
  assert.equal(hasLog(after(...RUNNING, monitor, state('ended'))), false);
});

test('rows are others after a start and after a crash, and the same when a recording ends', () => {
  const { rows } = after(...RUNNING);
  assert.equal(after(...RUNNING, ...OVER).rows, rows);
  assert.notEqual(after(...RUNNING, CRASHED).rows, rows);
  assert.notEqual(after(...RUNNING, ...OVER, ...RUNNING).rows, rows);
});

test('a recording that could not start is not the last one', () => {
  assert.equal(after(REQUESTED, ended(), state('ended')).started, false);
  assert.equal(after(...RUNNING, CRASHED, state('ended')).started, true);
});

test('a journal is looked for once a recording, and not when none began', () => {
  assert.equal(timesLeft(...RUNNING, ...OVER), 1);
  assert.equal(timesLeft(...RUNNING, CRASHED, state('ended'), state('ended')), 1);
  assert.equal(timesLeft(REQUESTED, CRASHED, state('ended'), CRASHED, state('ended')), 0);
});
