/** What the engine writes for the speedscope tab, of a replayed recording and of files. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { StackRecord } from '../../../src/core/profile';
import { Timeline } from '../../../src/core/timeline';
import { logDocument } from '../../../src/results/resultFiles';
import { exportFile, exportRecording } from '../../../src/results/speedscopeFile';
import { replayRecording } from '../../../src/recording/startRecording';
import { tempDir } from '../../support/tempDir';

const CAPTURE = 'test/fixtures/captures/known-0.23.capture';

interface Document {
  readonly profiles: { name: string; samples: number[][]; weights: number[] }[];
}

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Document;
const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

function totalOfLog(text: string): number {
  return sum([...text.matchAll(/"count":(\d+)/g)].map(([, count]) => Number(count)));
}

test('a recording: as many samples as its log has, several of them of one stack', async () => {
  const timeline = new Timeline<StackRecord>();
  const recording = replayRecording(CAPTURE, 'fast', {
    onTick: ({ added }) => timeline.add(added),
  });
  recording.start();
  await recording.ended;
  const path = join(tempDir('speedscope'), 'new.json');
  assert.deepEqual(await exportRecording(path, recording, timeline), {
    seconds: recording.seconds,
  });
  const [all, ...each] = read(path).profiles;
  assert.equal(sum(all?.weights ?? []), totalOfLog(logDocument(recording)));
  assert.equal(sum(each.flatMap(({ weights }) => weights)), sum(all?.weights ?? []));
  const distinct = new Set(all?.samples.map(String)).size;
  assert.ok(distinct < (all?.samples.length ?? 0), 'ticks are told apart');
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('a file has no ticks; one that cannot be read leaves nothing behind', async () => {
  const folder = tempDir('speedscope');
  const [good, bad] = [join(folder, 'stack.bpf'), join(folder, 'broken.bpf')];
  writeFileSync(good, '@[\nread\nmain\n]: 3\n@[\nmain\n]: 4\n');
  writeFileSync(bad, '@[\nmain\n');
  const path = join(folder, 'new.json');
  assert.deepEqual(await exportFile(path, good), {});
  assert.deepEqual(read(path).profiles[0]?.weights, [4, 3]);
  const answer = await exportFile(join(folder, 'other.json'), bad);
  assert.match('problem' in answer ? answer.problem : '', /^broken\.bpf cannot be .*: line \d+/);
  assert.equal(existsSync(join(folder, 'other.json')), false);
});

test('a place that cannot be written is a problem, and what is there stays', async () => {
  const folder = tempDir('speedscope');
  const path = join(folder, 'taken.json');
  writeFileSync(path, 'mine');
  const file = join(folder, 'stack.bpf');
  writeFileSync(file, '@[\nmain\n]: 4\n');
  const answer = await exportFile(path, file);
  assert.match('problem' in answer ? answer.problem : '', /speedscope was not opened/);
  assert.equal(readFileSync(path, 'utf8'), 'mine');
});
