import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  readMonitorArguments,
  readRecordArguments,
  requireProcesses,
} from '../../../src/terminal/arguments';
import { UsageError } from '../../../src/terminal/usageError';

test('the defaults are those of the ancestor: kernel stacks of all processes, 99 Hz, every 5 s', () => {
  const { stacks, pids, hz, interval, duration, folder, format } = readRecordArguments([]);
  assert.deepEqual(
    { stacks, pids, hz, interval, duration, folder, format },
    {
      stacks: 'kernel',
      pids: 'all',
      hz: 99,
      interval: 5,
      duration: undefined,
      folder: '.',
      format: 'json',
    },
  );
});

test('-u is user stacks instead, -u -k both', () => {
  const stacks = [['-u'], ['-k'], ['-u', '-k'], ['-uk'], ['--user']].map(
    (words) => readRecordArguments(words).stacks,
  );
  assert.deepEqual(stacks, ['user', 'kernel', 'both', 'both', 'user']);
});

test('pids may be listed in every way people write lists', () => {
  const lists = [['-p', '1 2  3'], ['-p', '1,2', '--pid', '3'], ['-p1 2 3 2']].map(
    (words) => readRecordArguments(words).pids,
  );
  assert.deepEqual(lists, [
    [1, 2, 3],
    [1, 2, 3],
    [1, 2, 3],
  ]);
});

test('what stands behind -- is a command, options and all', () => {
  const { command, stacks } = readRecordArguments(['-u', '--', 'make', '-k', '--']);
  assert.deepEqual({ command, stacks }, { command: ['make', '-k', '--'], stacks: 'user' });
});

const REFUSED: readonly [string[], RegExp][] = [
  [['--hz', '0'], /--hz 0: expected a whole number from 1 to 999/],
  [['--hz', '100000'], /--hz 100000/],
  [['--hz', '9.5'], /--hz 9\.5/],
  [['--hz', '0x10'], /--hz 0x10/],
  [['-p', 'abc'], /-p abc: expected a whole number/],
  [['-p', ''], /-p expects process ids/],
  [['-p', '-5'], /-p/],
  [['-p=-5'], /-p/],
  [['-p', Array.from({ length: 65 }, (_, i) => i + 1).join(' ')], /65 processes: at most 64/],
  [['--interval', '0'], /--interval 0/],
  [['--duration', '-1'], /--duration/],
  [['--format', 'xml'], /--format xml: expected json, table or none/],
  [['--wat'], /--wat/],
  [['extra'], /"extra" is not an option/],
  [['--'], /must be followed by a command/],
  [['-p', '1', '--', 'true'], /cannot be combined/],
];

for (const [words, message] of REFUSED) {
  test(`refuses ${JSON.stringify(words).slice(0, 40)}`, () => {
    assert.throws(
      () => readRecordArguments(words),
      (error) => error instanceof UsageError && message.test(error.message),
    );
  });
}

test('a process that does not exist is named', () => {
  assert.throws(
    () => requireProcesses([process.pid, 4_194_303]),
    /-p 4194303: there is no such process/,
  );
  requireProcesses([process.pid]);
});

test('the monitor watches the run queue over 4 unless told otherwise', () => {
  assert.deepEqual(readMonitorArguments([]).limit, { metric: 'run-queue', threshold: 4 });
  assert.equal(readMonitorArguments([]).format, 'blocks');
  const words = ['--metric', 'pressure', '--threshold', '2.5', '-u'];
  const { limit, stacks } = readMonitorArguments(words);
  assert.deepEqual(
    { limit, stacks },
    { limit: { metric: 'pressure', threshold: 2.5 }, stacks: 'user' },
  );
});

for (const [words, message] of [
  [['--metric', 'cpu'], /--metric cpu: expected run-queue, load-average, pressure/],
  [['--threshold', 'high'], /--threshold high: expected a whole number from 0 to 100000/],
  [['--threshold=-1'], /--threshold -1: expected/],
  [['--threshold', '4.5'], /--threshold 4\.5: expected a whole number/],
  [['--metric', 'pressure', '--threshold', '200'], /from 0 to 100/],
  [['--format', 'json'], /--format json: expected blocks or none/],
] as const) {
  test(`the monitor refuses ${words.join(' ')}`, () => {
    assert.throws(
      () => readMonitorArguments(words),
      (error) => error instanceof UsageError && message.test(error.message),
    );
  });
}
