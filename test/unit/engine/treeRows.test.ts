import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Profile } from '../../../src/core/profile';
import { Labels } from '../../../src/labels/labels';
import { locate } from '../../../src/engine/locate';
import { childrenOf as rowsOf, rowOf } from '../../../src/engine/treeRows';
import type { Children } from '../../../src/messages/engineMessages';
import { header, Load } from '../labels/labelledLoad';

function childrenOf(profile: Profile, parent: string, limit: number): Children {
  return rowsOf({ profile, labels: new Labels(header()) }, parent, limit);
}

/** `name/tid leaf;main count`, one process per name. */
function profileOf(text: string): Profile {
  const profile = new Profile(1000);
  for (const line of text.split('\n')) {
    const [, name = '', tid, stack = '', count] = /^(.*)\/(\d+) (\S+) (\d+)$/.exec(line) ?? [];
    const process =
      profile.processes.find((one) => one.name === name) ??
      profile.addProcess(100 + profile.processes.length, name);
    const frames = stack
      .split(';')
      .map((symbol) =>
        profile.frames.intern({ symbol, name: symbol, module: '/opt/app', kind: 'native' }),
      );
    profile.add(profile.stack(process, frames), Number(tid), Number(count));
  }
  return profile;
}

const PROFILE = profileOf(`calm/1 idle;main 1
busy/2 leaf;main 60
busy/2 other;main 20
busy/3 leaf;main 19`);

function texts(parent: string, limit = 100): string[] {
  return childrenOf(PROFILE, parent, limit).rows.map(
    ({ label, description }) => `${label}: ${description}`,
  );
}

test('processes, threads, stacks and frames, the busiest first, with counts and shares', () => {
  assert.deepEqual(texts(''), ['busy: 101  99 samples, 99.0 %', 'calm: 100  1 sample, 1.0 %']);
  assert.deepEqual(texts('p/1'), ['pid 2: 80 samples, 80.0 %', 'pid 3: 19 samples, 19.0 %']);
  assert.deepEqual(texts('t/1/2'), [
    'leaf: 60 samples, 60.0 %  ← main',
    'other: 20 samples, 20.0 %  ← main',
  ]);
  const [stack] = childrenOf(PROFILE, 't/1/2', 1).rows;
  assert.deepEqual(texts(stack?.id ?? ''), ['leaf: app', 'main: app']);
});

test('rows keep their id when numbers change', () => {
  const before = childrenOf(PROFILE, 't/1/2', 100).rows.map(({ id }) => id);
  const after = childrenOf(
    profileOf(`calm/1 idle;main 1
busy/2 leaf;main 60
busy/2 other;main 200
busy/3 leaf;main 19`),
    't/1/2',
    100,
  ).rows.map(({ id }) => id);
  assert.deepEqual(after, before.reverse());
});

test('what the limit leaves out is counted', () => {
  const { rows, more } = childrenOf(PROFILE, '', 1);
  assert.deepEqual([rows.length, more], [1, 1]);
});

test('a row that is not there has no children', () => {
  for (const parent of ['p/9', 't/1/99', 's/1/2/99', 'f/1/2/0/0', 'x', 's/', '//']) {
    assert.deepEqual(childrenOf(PROFILE, parent, 10), { rows: [], more: 0 });
  }
});

test('names that a process chose are made safe to show', () => {
  const profile = profileOf('\u001b[31mred\u202e/5 a\u0007;<b> 1');
  const [process] = childrenOf(profile, '', 10).rows;
  assert.equal(process?.label, '\\x1b[31mred\\u202e');
  assert.equal(childrenOf(profile, 't/0/5', 10).rows[0]?.label, 'a\\x07');
});

/** Twenty quiet seconds, then one of the stacks burns. */
function unusual(): Load {
  const load = new Load();
  load.ticks(20, { work: 40, rest: 20 });
  load.ticks(5, { work: 40, rest: 20, sudden: 80 });
  return load;
}

test('an unusual stack says so, its process and its pids too; sorted first if asked', () => {
  const load = unusual();
  const [process] = rowsOf(load, '', 10).rows;
  assert.match(process?.description ?? '', /^unusual 1 stack {2}10 {2}[\d,]+ samples, 100\.0 %$/);
  const [thread] = rowsOf(load, process?.id ?? '', 10).rows;
  assert.match(
    thread?.tooltip ?? '',
    /Unusual now:\nsudden < main: new: 400 samples in 5 s, since/,
  );
  const labels = rowsOf(load, thread?.id ?? '', 10).rows.map(({ label }) => label);
  assert.deepEqual(labels, ['work', 'rest', 'sudden']);
  const rows = rowsOf({ ...load, labels: load.labels, unusualFirst: true }, thread?.id ?? '', 10);
  assert.deepEqual(
    rows.rows.map(({ label, unusual }) => [label, unusual?.now]),
    [
      ['sudden', true],
      ['work', undefined],
      ['rest', undefined],
    ],
  );
  assert.match(rows.rows[0]?.description ?? '', /^unusual new {2}200 samples/);
  assert.match(
    rows.rows[0]?.tooltip ?? '',
    /Unusual now: new: 400 samples in 5 s, since 14:03:00\n▁▁▁▁█ 0\.0 to 80 samples per second/,
  );
});

test('what is unusual now is on the page, however short it is', () => {
  const load = unusual();
  const { rows, more } = rowsOf(load, 't/0/10', 1);
  assert.deepEqual([rows.map(({ label }) => label), more], [['work', 'sudden'], 1]);
  load.ticks(5, { work: 40, rest: 20 });
  const [first, ...others] = rowsOf(load, 't/0/10', 10).rows;
  assert.equal(first?.unusual, undefined);
  const over = others.find(({ unusual }) => unusual);
  assert.deepEqual([over?.label, over?.unusual?.now], ['sudden', false]);
  assert.match(over?.description ?? '', /^was new {2}200 samples/);
  const [process] = rowsOf(load, '', 10).rows;
  assert.match(process?.description ?? '', /^was unusual: 1 stack {2}10 {2}/);
});

test('a row that is kept is there beyond the limit, and the rest is counted', () => {
  const shown = { profile: PROFILE, labels: new Labels(header()) };
  const { rows, more } = rowsOf(shown, '', 1, 'p/0');
  assert.deepEqual([rows.map(({ label }) => label), more], [['busy', 'calm'], 0]);
  const frames = rowsOf(shown, 's/1/2/1', 0, 'f/1/2/1/1');
  assert.deepEqual([frames.rows.map(({ label }) => label), frames.more], [['main'], 1]);
});

test('the way to an unusual stack leads through the rows of the tree', () => {
  const load = unusual();
  const [stack] = load.labels.active;
  assert.ok(stack);
  const path = locate(load, rowOf(stack));
  assert.deepEqual(
    path.map(({ kind, label }) => `${kind} ${label}`),
    ['process app', 'thread pid 10', 'stack sudden'],
  );
});
