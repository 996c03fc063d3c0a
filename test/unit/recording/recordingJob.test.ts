/** What a job leaves in its folder, and what it says when it cannot. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  RecordingJob,
  type JobListener,
  type JobRefusal,
  type JobRequest,
} from '../../../src/recording/recordingJob';
import { lockFolder } from '../../../src/results/folderLock';
import { logDocument } from '../../../src/results/resultFiles';
import { tempDir } from '../../support/tempDir';

const CAPTURE = 'test/fixtures/captures/known-0.23.capture';
const FILES = ['stack.svg', 'stack_count.log'];
const LOCK = '.stack_count.lock';

function request(folder: string | undefined, replay = CAPTURE): JobRequest {
  return { source: () => ({ replay, pace: 'fast' }), folder, holder: 'the test' };
}

const QUIET: JobListener = { onComplaint: (text) => assert.fail(text) };

function make(wanted: JobRequest, listener = QUIET): RecordingJob {
  const job = RecordingJob.make(wanted, listener);
  assert.ok(!('refused' in job));
  return job;
}

function refusal(wanted: JobRequest): JobRefusal {
  const job = RecordingJob.make(wanted, QUIET);
  assert.ok('refused' in job);
  return job;
}

test('the files hold the whole recording before it is shown, and the folder is locked until then', async () => {
  const folder = tempDir('job');
  const atReports: { last: boolean; log: string; there: string[] }[] = [];
  const onReport = (last: boolean): void => {
    const log = readFileSync(join(folder, 'stack_count.log'), 'utf8');
    atReports.push({ last, log, there: readdirSync(folder).sort() });
  };
  const job = make(request(folder), { ...QUIET, onReport });
  const { files, unsaved } = await job.run();
  assert.equal(unsaved, undefined);
  assert.deepEqual([...files].sort(), [join(folder, 'stack.svg'), join(folder, 'stack_count.log')]);
  const last = atReports.pop();
  assert.deepEqual(last, { last: true, log: logDocument(job.recording), there: [LOCK, ...FILES] });
  assert.ok(atReports.every((report) => !report.last));
  assert.deepEqual(readdirSync(folder).sort(), FILES);
});

test('without a folder the results stay in memory', async () => {
  const job = make(request(undefined));
  const { files, unsaved } = await job.run();
  assert.deepEqual([files, unsaved], [[], undefined]);
  assert.ok(job.recording.totals.recorded > 0);
});

test('a recording that never began leaves the files of an earlier one', async () => {
  const folder = tempDir('job');
  const capture = join(folder, 'early.capture');
  const whole = readFileSync(CAPTURE, 'utf8');
  writeFileSync(capture, whole.slice(0, whole.indexOf('READY')));
  const log = join(folder, 'stack_count.log');
  writeFileSync(log, 'earlier');
  let reports = 0;
  const job = make(request(folder, capture), { ...QUIET, onReport: () => reports++ });
  const { failure, files } = await job.run();
  assert.equal(failure?.kind, 'replay');
  assert.deepEqual([files, reports], [[], 0]);
  assert.equal(readFileSync(log, 'utf8'), 'earlier');
});

test('what cannot be written is complained about once, and told at the end', async () => {
  const folder = tempDir('job');
  // No file can be renamed over a folder.
  mkdirSync(join(folder, 'stack_count.log'));
  const complaints: string[] = [];
  const job = make(request(folder), { onComplaint: (text) => complaints.push(text) });
  const { files, unsaved } = await job.run();
  assert.deepEqual(files, [join(folder, 'stack.svg')]);
  assert.equal(complaints.length, 1);
  assert.deepEqual(unsaved, { problem: complaints[0], inJournal: false });
});

test('a folder that is in use or not there is refused, and nothing is asked for', () => {
  const folder = tempDir('job');
  const never: JobRequest['source'] = () => assert.fail('asked for what to record');
  const { unlock } = lockFolder(folder, 'another recording');
  const busy = refusal({ ...request(folder), source: never });
  assert.equal(busy.refused, 'busy');
  assert.match(busy.refused === 'busy' ? busy.reason : '', /another recording/);
  unlock();
  const gone = refusal({ ...request(join(folder, 'gone')), source: never });
  assert.deepEqual(gone, {
    refused: 'unwritable',
    reason: `${join(folder, 'gone')} does not exist`,
  });
});

test('whatever cannot be recorded gives the folder free', () => {
  const folder = tempDir('job');
  const text = join(tempDir('job-input'), 'text');
  writeFileSync(text, 'no capture\n');
  assert.equal(refusal(request(folder, text)).refused, 'noCapture');
  assert.equal(refusal(request(folder, `${text}.gone`)).refused, 'unreadable');
  const source: JobRequest['source'] = () => {
    throw new Error('no such command');
  };
  assert.throws(() => RecordingJob.make({ ...request(folder), source }, QUIET), /no such command/);
  assert.deepEqual(readdirSync(folder), []);
});

test('a replay writes no journal', async () => {
  const journals = tempDir('journals');
  const job = make({ ...request(undefined), journals });
  const end = job.run();
  assert.equal(job.journal, undefined);
  await end;
  assert.deepEqual(readdirSync(journals), []);
});
