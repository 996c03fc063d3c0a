import assert from 'node:assert/strict';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PanelFeeds } from '../../../src/engine/panelFeeds';
import { storedLabels } from '../../../src/labels/labels';
import { locate } from '../../../src/engine/locate';
import { profileOf, storedProfile } from '../../../src/results/storedProfile';
import { childrenOf } from '../../../src/engine/treeRows';
import { writeStackCountLog } from '../../../src/formats/stackCountLog';
import { plantAll } from '../../support/planted';
import { tempDir } from '../../support/tempDir';
import { processRef, stack } from '../../support/sampleStacks';

const STACKS = [
  { ...stack(processRef(7, 'demo'), 7, 'n:main n:run', 5), id: '0' },
  { ...stack({ key: '7.2', tgid: 7, name: 'after exec' }, 8, 'n:main n:idle', 3), id: '1' },
];

function logFile(): string {
  const file = join(tempDir('stored'), 'stack_count.log');
  writeFileSync(file, [...writeStackCountLog(STACKS)].join(''));
  return file;
}

test('a log is the profile it was written from: keys, counts, the same file again', () => {
  const text = [...writeStackCountLog(STACKS)].join('');
  const profile = storedProfile(logFile());
  assert.equal([...writeStackCountLog(profile.countedStacks())].join(''), text);
  const { rows } = childrenOf({ profile, labels: storedLabels() }, '', 10);
  assert.deepEqual(
    rows.map(({ label, description }) => `${label} ${description}`),
    ['demo 7  5 samples, 62.5 %', 'after exec 7.2  3 samples, 37.5 %'],
  );
});

test('the way to a row', () => {
  const shown = { profile: profileOf(STACKS), labels: storedLabels() };
  const path = locate(shown, 'f/1/8/1/1');
  assert.deepEqual(
    path.map(({ id, label }) => [id, label]),
    [
      ['p/1', 'after exec'],
      ['t/1/8', 'pid 8'],
      ['s/1/8/1', 'idle'],
      ['f/1/8/1/1', 'main'],
    ],
  );
  assert.deepEqual(
    locate(shown, 's/1/8/99').map(({ id }) => id),
    ['p/1', 't/1/8'],
  );
});

test('a tab goes on where it was, and another one begins at the start', () => {
  const feeds = new PanelFeeds();
  const file = logFile();
  const ask = (panel: number, anew: boolean): number => {
    const answer = feeds.answer({ panel, anew, file }, undefined);
    assert.ok('chunk' in answer);
    return answer.chunk.counts.length / 3;
  };
  assert.deepEqual([ask(1, true), ask(1, false), ask(2, true), ask(1, true)], [2, 0, 2, 2]);
});

test('a file that is none of ours is refused with its name and the reason', () => {
  const file = join(tempDir('stored'), 'broken.bpf');
  writeFileSync(file, '@[\nmain\n');
  const answer = new PanelFeeds().answer({ panel: 1, anew: true, file }, undefined);
  assert.match(
    'problem' in answer ? answer.problem : '',
    /^broken\.bpf cannot be shown as a flame graph: line \d+/,
  );
  assert.equal('kind' in answer ? answer.kind : '', 'unavailable');
  const none = new PanelFeeds().answer({ panel: 1, anew: true }, undefined);
  assert.deepEqual(none, { problem: 'Nothing has been recorded yet.', kind: 'nothingRecorded' });
});

test('what is no regular file, or too large, is refused with the reason, and not waited for', () => {
  const ask = (file: string): string => {
    const answer = new PanelFeeds().answer({ panel: 1, anew: true, file }, undefined);
    return 'problem' in answer ? answer.problem : '';
  };
  for (const { path, kind } of plantAll(tempDir('planted'), 'x.bpf')) {
    // A link is followed: to a device.
    const what = kind === 'a link' ? 'a device' : kind;
    const why = `it is ${what}, and not a regular file`;
    assert.equal(ask(path), `x.bpf cannot be shown as a flame graph: ${why}.`);
  }
  const large = join(tempDir('stored'), 'large.bpf');
  writeFileSync(large, '');
  truncateSync(large, 2 ** 30 + 1);
  assert.equal(ask(large), 'large.bpf cannot be shown as a flame graph: it is larger than 1 GB.');
});

test('what was labelled in a recording is seen in its file, which does not say when', () => {
  const [first, second] = STACKS;
  const file = join(tempDir('stored'), 'stack_count.log');
  const labelled = [
    { ...first, label: 0 },
    { ...second, label: 1 },
  ] as typeof STACKS;
  writeFileSync(file, [...writeStackCountLog(labelled)].join(''));
  const shown = { profile: storedProfile(file), labels: storedLabels(), unusualFirst: true };
  const rowsOf = (parent: string) => childrenOf(shown, parent, 10).rows;
  assert.deepEqual(
    [...rowsOf(''), ...rowsOf('t/1/8')].map(({ label, description }) => [label, description]),
    [
      ['after exec', 'was unusual: 1 stack  7.2  3 samples, 37.5 %'],
      ['demo', '7  5 samples, 62.5 %'],
      ['idle', 'was unusual  3 samples, 37.5 %  ← main'],
    ],
  );
  const [stackRow] = rowsOf('t/1/8');
  assert.deepEqual(stackRow?.unusual, {
    now: false,
    reason: 'at some time in this recording, as its file says',
  });
  assert.match(stackRow?.tooltip ?? '', /\nUnusual earlier: at some time in this recording[^▁]*$/);
});
