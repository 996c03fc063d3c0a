import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Profile, type ProcessRecord } from '../../../src/core/profile';
import { StackFeed, type FeedChunk } from '../../../src/core/stackFeed';
import { StackStore } from '../../../src/flamegraph/live/stackStore';

/** Samples of `main;run`, leaf last, in a thread of a process. */
function add(
  profile: Profile,
  process: ProcessRecord,
  tid: number,
  path: string,
  count: number,
): void {
  const frames = path
    .split(';')
    .reverse()
    .map((symbol) => profile.frames.intern({ symbol, name: symbol, module: '', kind: 'native' }));
  profile.add(profile.stack(process, frames), tid, count);
}

/** What was one function turns out to be another one. */
function rename(profile: Profile, process: ProcessRecord, from: string, to: string): void {
  const frame = (symbol: string) =>
    profile.frames.intern({ symbol, name: symbol, module: '', kind: 'native' });
  if (from !== to) profile.replaceFrames(process, new Map([[frame(from), frame(to)]]));
}

/** Pulls until there is no more, as a page does; what goes over the wire is JSON. */
function pull(feed: StackFeed, store: StackStore, piece?: number): FeedChunk[] {
  const chunks: FeedChunk[] = [];
  do {
    chunks.push(JSON.parse(JSON.stringify(feed.next(piece))) as FeedChunk);
    store.apply(chunks.at(-1) as FeedChunk);
  } while (chunks.at(-1)?.more);
  return chunks;
}

/** `7/7 main;run 3`, sorted. */
function print(
  entries: Iterable<{
    process: { key: string };
    tid: number;
    frames: readonly { symbol: string }[];
    count: number;
  }>,
): string[] {
  return [...entries]
    .map(({ process, tid, frames, count }) => {
      const path = [...frames].reverse().map(({ symbol }) => symbol);
      return `${process.key}/${tid} ${path.join(';')} ${count}`;
    })
    .sort();
}

function stored(store: StackStore): string[] {
  const entries = [...store.entries].map(({ stack, tid, count }) => ({ ...stack, tid, count }));
  return print(entries);
}

function recorded(profile: Profile): string[] {
  return print([...profile.countedStacks()] as never);
}

test('the second answer holds only what was added since the first', () => {
  const profile = new Profile(100);
  const process = profile.addProcess(7, 'demo');
  add(profile, process, 7, 'main;run', 3);
  add(profile, process, 8, 'main;idle', 2);
  const [feed, store] = [new StackFeed(profile), new StackStore()];
  pull(feed, store);
  add(profile, process, 7, 'main;run', 4);
  const [chunk] = pull(feed, store);
  assert.deepEqual(chunk, {
    frames: [],
    processes: [],
    stacks: [],
    counts: [0, 7, 4],
    labels: [],
    more: false,
  });
  assert.deepEqual(stored(store), ['7/7 main;run 7', '7/8 main;idle 2']);
});

test('a label that comes later is sent, with its reason, though nothing was counted', () => {
  const profile = new Profile(100);
  const process = profile.addProcess(7, 'demo');
  add(profile, process, 7, 'main;run', 3);
  add(profile, process, 8, 'main;run', 1);
  const [feed, store] = [new StackFeed(profile), new StackStore()];
  pull(feed, store);
  const [record] = process.stacks.values();
  Object.assign(record as object, { label: 1, reason: 'new' });
  pull(feed, store);
  const labels = [...store.entries].map(({ stack: { label, reason } }) => [label, reason]);
  assert.deepEqual(labels, [
    [1, 'new'],
    [1, 'new'],
  ]);
  assert.equal(store.anomalous, 1);
  assert.equal(store.samples, 4);
});

test('a process that changes its name is sent again, and what was built must be rebuilt', () => {
  const profile = new Profile(100);
  const process = profile.addProcess(7, 'sh');
  add(profile, process, 7, 'main', 1);
  const [feed, store] = [new StackFeed(profile), new StackStore()];
  pull(feed, store);
  const before = store.names;
  process.name = 'worker';
  add(profile, process, 7, 'main', 1);
  pull(feed, store);
  assert.equal(store.process(0)?.name, 'worker');
  assert.ok(store.names > before);
});

test('whatever is added while the pieces are fetched, the copy ends up as the original', () => {
  const addition = fc.record({
    process: fc.integer({ min: 0, max: 3 }),
    tid: fc.integer({ min: 1, max: 3 }),
    path: fc.constantFrom('a', 'a;b', 'a;b;a', 'c', 'a;c'),
    count: fc.integer({ min: 1, max: 1_000 }),
  });
  const naming = fc.record({
    process: fc.integer({ min: 0, max: 3 }),
    from: fc.constantFrom('a', 'b', 'c'),
    to: fc.constantFrom('a', 'b', 'c'),
  });
  const step = fc.oneof(addition, naming, fc.constant('pull' as const));
  const steps = fc.array(step, { maxLength: 60 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 3 }), (all, piece) => {
      const profile = new Profile(8);
      const processes = [1, 2, 3, 4].map((tgid) => profile.addProcess(tgid, 'p'));
      const [feed, store] = [new StackFeed(profile), new StackStore()];
      for (const step of all) {
        if (step === 'pull') store.apply(feed.next(piece));
        else if ('from' in step)
          rename(profile, processes[step.process] as ProcessRecord, step.from, step.to);
        else
          add(profile, processes[step.process] as ProcessRecord, step.tid, step.path, step.count);
      }
      pull(feed, store, piece);
      pull(feed, store, piece);
      assert.deepEqual(stored(store), recorded(profile));
    }),
  );
});

test('a stack that turned out to be another one is gone from the copy, with its label', () => {
  const profile = new Profile(100);
  const process = profile.addProcess(7, 'demo');
  add(profile, process, 7, 'main;run', 3);
  add(profile, process, 7, 'main;late', 2);
  const [record] = [...process.stacks.values()].slice(1);
  Object.assign(record as object, { label: 1, reason: 'new' });
  const [feed, store] = [new StackFeed(profile), new StackStore()];
  pull(feed, store);
  const before = store.names;
  rename(profile, process, 'late', 'run');
  pull(feed, store);
  assert.deepEqual(stored(store), ['7/7 main;run 5']);
  assert.deepEqual([store.size, store.samples, store.anomalous], [1, 5, 1]);
  assert.ok(store.names > before, 'what was built of it is built anew');
});
