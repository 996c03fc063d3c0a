import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  describe,
  describeRecording,
  fit,
  formatDuration,
  formatShare,
  labelOf,
  pictureTitle,
} from '../../../src/flamegraph/wording';

process.env.TZ = 'Asia/Kolkata';

test('a rectangle is described by name, origin, samples and self', () => {
  const run = {
    name: 'uv_run',
    module: '/usr/lib/libuv.so.1',
    kind: 'native',
    count: 1234,
    self: 12,
  } as const;
  assert.equal(
    describe(run, 4012),
    'uv_run · libuv.so.1 · native · 1,234 samples, 30.8% · self 12, 0.30%',
  );
  const read = { name: 'vfs_read', module: '[kernel]', kind: 'kernel', count: 1, self: 0 } as const;
  assert.equal(describe({ ...read, note: 'new' }, 1), 'vfs_read · kernel · 1 sample, 100% · ▲ new');
  const other = {
    name: '7 more, too small to draw',
    module: '',
    kind: 'other',
    count: 9,
    self: 9,
  } as const;
  assert.equal(describe(other, 900), '7 more, too small to draw · 9 samples, 1.0%');
});

test('a name written from right to left keeps to itself', () => {
  const node = { name: 'شبكة', module: '', kind: 'process', count: 12, self: 0 } as const;
  assert.equal(describe(node, 12), '\u2068شبكة\u2069 · 12 samples, 100%');
});

test('a share is a whole only when it is', () => {
  const shares = [
    [0, 0],
    [0, 9],
    [1, 1e6],
    [1, 200],
    [1, 3],
    [99_999, 100_000],
    [5, 5],
  ] as const;
  assert.deepEqual(
    shares.map(([count, total]) => formatShare(count, total)),
    ['0%', '0%', '<0.01%', '0.50%', '33.3%', '99.9%', '100%'],
  );
});

test('a recording is described by what is known of it', () => {
  const info = { what: 'kernel stacks of make', startedAt: Date.UTC(2025, 10, 24, 14, 3, 22) };
  assert.equal(pictureTitle(info), 'Kernel stacks of make');
  assert.equal(pictureTitle({ what: 'stack_count.log' }), 'stack_count.log');
  assert.equal(pictureTitle({ what: '\x1b\u202e' }), '\\x1b\\u202e');
  assert.equal(
    describeRecording({ ...info, durationSeconds: 95.4, hz: 99, lost: 1037 }, 4012),
    '2025-11-24 19:33:22 +05:30 · 1 min 35 s · 99 Hz · 4,012 samples · 1,037 lost',
  );
  assert.equal(describeRecording({ what: 'x' }, 1), '1 sample');
});

test('durations are in the units people say them in', () => {
  assert.deepEqual([0.4, 59.4, 60, 3599, 7380].map(formatDuration), [
    '0 s',
    '59 s',
    '1 min 0 s',
    '59 min 59 s',
    '2 h 3 min',
  ]);
});

test('a name is cut to its rectangle, by what its characters take', () => {
  assert.equal(fit('epoll_wait', 10), 'epoll_wait');
  assert.equal(fit('epoll_wait', 9), 'epoll_wa…');
  assert.equal(fit('epoll_wait', 2), '');
  assert.equal(fit('漢字の関数', 10), '漢字の関数');
  assert.equal(fit('漢字の関数', 9), '漢字の関…');
  assert.equal(fit('🔥🔥🔥', 5), '🔥🔥…');
  assert.equal(labelOf({ name: 'run', note: '' }, 5), '▲ run');
});
