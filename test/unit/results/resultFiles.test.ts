/** When the files of a recording are written: while it runs, and at its end. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { OutputFolder } from '../../../src/results/outputFolder';
import { logDocument, picture, ResultFiles } from '../../../src/results/resultFiles';
import { replayRecording } from '../../../src/recording/startRecording';
import { tempDir } from '../../support/tempDir';

/** A recording that can be given more samples, its files, and a clock on which a write takes 10 ms. */
async function recordingWithFiles(context: TestContext) {
  const recording = replayRecording('test/fixtures/captures/known-0.23.capture', 'fast', {});
  recording.start();
  await recording.ended;
  const clock = { now: 0, step: 10 };
  context.mock.method(performance, 'now', () => (clock.now += clock.step));
  const folder = tempDir('results');
  const [record] = recording.profile.processes[0]?.stacks.values() ?? [];
  assert.ok(record);
  return {
    recording,
    clock,
    files: new ResultFiles(OutputFolder.open(folder), (text) => assert.fail(text)),
    more: () => recording.profile.add(record, record.process.tgid, 1_000),
    logIsNew: () => read(folder, 'stack_count.log') === logDocument(recording),
    pictureIsNew: () => read(folder, 'stack.svg') === picture(recording),
  };
}

function read(folder: string, name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

test('at a report each file is written when it has rested, at the end both', async (t) => {
  const { recording, clock, files, more, logIsNew, pictureIsNew } = await recordingWithFiles(t);
  files.writeReport(recording);
  assert.deepEqual([logIsNew(), pictureIsNew()], [true, true]);
  more();
  files.writeReport(recording);
  assert.deepEqual([logIsNew(), pictureIsNew()], [false, false]);
  clock.now += 200;
  files.writeReport(recording);
  assert.deepEqual([logIsNew(), pictureIsNew()], [true, false]);
  clock.now += 1_000;
  files.writeReport(recording);
  assert.deepEqual([logIsNew(), pictureIsNew()], [true, true]);
  more();
  files.write(recording);
  assert.deepEqual([logIsNew(), pictureIsNew()], [true, true]);
});

test('stacks that take long to write are written once a minute all the same', async (t) => {
  const { recording, clock, files, more, logIsNew } = await recordingWithFiles(t);
  clock.step = 30_000;
  files.writeReport(recording);
  clock.step = 10;
  more();
  // They were written from second 30 to second 60.
  clock.now = 119_000;
  files.writeReport(recording);
  assert.equal(logIsNew(), false);
  clock.now = 120_000;
  files.writeReport(recording);
  assert.equal(logIsNew(), true);
});
