/** When the page asks for data, and which answers it believes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StackFeed } from '../../../src/core/stackFeed';
import { profileOf } from '../../../src/results/storedProfile';
import type { ToPage } from '../../../src/messages/panelMessages';
import { Feed } from '../../../webview/flamegraph/feed';
import { processRef, stack } from '../../support/sampleStacks';

const DEMO = processRef(7, 'demo');
const PROFILE = profileOf([
  stack(DEMO, 7, 'n:main n:read', 60),
  stack(DEMO, 8, 'n:main n:write', 30),
  stack(DEMO, 8, 'n:main', 10),
]);

/** A feed, and all that it says and asks for. */
function makeFeed() {
  const seen: string[] = [];
  const reader = { busy: false };
  const feed = new Feed({
    post: (message) => {
      assert.equal(message.type, 'pull');
      if (message.type === 'pull') seen.push(`pull ${message.epoch}${message.anew ? ' anew' : ''}`);
    },
    restart: () => seen.push('restart'),
    changed: () => {},
    complete: (first) => seen.push(first ? 'complete, first' : 'complete'),
    held: () => reader.busy,
  });
  feed.forget();
  feed.load();
  return { feed, reader, seen: () => seen.splice(0) };
}

function chunkOf(
  source: StackFeed,
  seconds: number,
  options: { epoch?: number; piece?: number } = {},
) {
  const info = { picture: { what: 'test' }, seconds, recording: true };
  const { epoch = 1, piece } = options;
  return { type: 'chunk', epoch, chunk: source.next(piece), first: false, info } as const;
}

const problem = (epoch: number): ToPage & { type: 'problem' } => ({
  ...{ type: 'problem', epoch, kind: 'unavailable', text: 'gone' },
});

test('pieces are asked for one after the other, and are complete with the last', () => {
  const { feed, seen } = makeFeed();
  const source = new StackFeed(PROFILE);
  let pieces = 0;
  for (let more = true; more; pieces++) {
    const message = chunkOf(source, 1, { piece: 1 });
    feed.take(message);
    more = message.chunk.more;
  }
  assert.ok(pieces > 1);
  const pulls = Array.from({ length: pieces - 1 }, () => 'pull 1');
  assert.deepEqual(seen(), ['pull 1 anew', ...pulls, 'complete, first']);
  assert.deepEqual([feed.store.samples, feed.loading], [100, false]);
});

test('one question at a time: a tick meanwhile is asked about once, afterwards', () => {
  const { feed, seen } = makeFeed();
  feed.tick(1);
  feed.tick(2);
  assert.deepEqual(seen(), ['pull 1 anew']);
  const source = new StackFeed(PROFILE);
  feed.take(chunkOf(source, 1));
  assert.deepEqual(seen(), ['complete, first', 'pull 1']);
  feed.take(chunkOf(source, 2));
  assert.deepEqual(seen(), ['complete']);
});

test('while the reader is busy nothing is asked for, and it is known how much waits', () => {
  const { feed, reader, seen } = makeFeed();
  feed.take(chunkOf(new StackFeed(PROFILE), 1));
  seen();
  reader.busy = true;
  feed.tick(4);
  assert.deepEqual([seen(), feed.behind], [[], 3]);
  reader.busy = false;
  feed.pull();
  assert.deepEqual(seen(), ['pull 1']);
});

test('answers to an earlier source are dropped', () => {
  const { feed, seen } = makeFeed();
  feed.forget();
  feed.load();
  seen();
  feed.take(chunkOf(new StackFeed(PROFILE), 1, { epoch: 1 }));
  assert.equal(feed.fail(problem(1)), false);
  assert.deepEqual([seen(), feed.store.samples, feed.loading], [[], 0, true]);
});

test('an engine that begins anew is not added to what there is', () => {
  const { feed, seen } = makeFeed();
  feed.take(chunkOf(new StackFeed(PROFILE), 1));
  seen();
  feed.take({ ...chunkOf(new StackFeed(PROFILE), 2), first: true });
  assert.deepEqual([seen(), feed.store.samples], [['restart'], 100]);
});

test('a load that failed leaves nothing to show, and is tried again when there is more', () => {
  const { feed, seen } = makeFeed();
  assert.equal(feed.fail(problem(1)), true);
  seen();
  feed.pull();
  assert.deepEqual(seen(), [], 'nothing new');
  feed.tick(1);
  assert.deepEqual(seen(), ['pull 1 anew']);
});

test('a failure after a load takes nothing away', () => {
  const { feed, seen } = makeFeed();
  feed.take(chunkOf(new StackFeed(PROFILE), 1));
  feed.tick(2);
  seen();
  assert.equal(feed.fail(problem(1)), false);
  assert.equal(feed.store.samples, 100);
  feed.tick(3);
  assert.deepEqual(seen(), ['pull 1']);
});
