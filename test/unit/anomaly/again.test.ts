/** What happens again, goes on, or comes back: it is one thing, and known. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { WindowVerdicts } from '../../../src/anomaly/verdicts';
import type { WindowStack } from '../../../src/anomaly/window';
import { afterQuiet, keysOf, stack, steady, steadyBut } from './windows';

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** `99 new`, for each label of each window. */
function told(verdicts: readonly WindowVerdicts[]): string[] {
  return verdicts.flatMap(({ stacks }) => stacks.map(({ key, kind }) => `${key} ${kind}`));
}

/** The ids of all causes in all windows, each once. */
function ids(verdicts: readonly WindowVerdicts[]): string[] {
  return [...new Set(verdicts.flatMap(({ causes }) => causes.map(({ id }) => id)))];
}

describe('what comes back', () => {
  test('a stack that runs in bursts is new once, and then its bursts are known', () => {
    const burst = [...steady(), stack(99, 60)];
    const verdicts = afterQuiet(...times(48, (window) => (window % 6 === 0 ? burst : steady())));
    assert.deepEqual(told(verdicts), ['99 new']);
  });

  test('also after minutes; but a larger one is unusual, and not new', () => {
    const silence = times(150, steady);
    const bursts = [60, 60, 600].map((count) => [...steady(), stack(99, count)]);
    const verdicts = afterQuiet(...bursts.flatMap((burst) => [burst, ...silence]));
    assert.deepEqual(told(verdicts), ['99 new', '99 surge']);
  });

  test('a stack that was gone for a minute and more is back', () => {
    const gone = times(20, () => steadyBut(stack(4, 0)));
    const verdicts = afterQuiet(...gone, steady(), steady());
    const back = verdicts.slice(20).flatMap(({ stacks }) => stacks);
    assert.deepEqual(
      back.map(({ key, kind, expected, since }) => ({ key, kind, expected, since })),
      times(2, () => ({ key: 4, kind: 'surge', expected: 0, since: 130 })),
    );
  });

  test('a process that was quiet for long is no new process', () => {
    const without = steady().filter(({ process }) => process !== 2);
    const verdicts = afterQuiet(...times(120, () => without), steady(), steady(), steady());
    const causes = verdicts.slice(120).flatMap(({ causes }) => causes);
    assert.ok(causes.length > 0);
    assert.deepEqual(
      [...new Set(causes.map(({ scope, kind }) => `${scope} ${kind}`))],
      ['stacks surge'],
    );
  });
});

describe('one cause keeps its name', () => {
  test('a new program with several processes, whichever is the busiest', () => {
    const busy = (window: number): WindowStack[] =>
      times(4, (i) => stack(50 + i, i === window % 4 ? 300 : 40, 70 + i, 'workers'));
    const verdicts = afterQuiet(...times(8, (window) => [...steady(), ...busy(window)]));
    assert.ok(verdicts.slice(1).every(({ causes }) => causes.length === 1));
    assert.deepEqual(ids(verdicts), ['program workers up since 30']);
  });

  test('stacks of a process, though the first of them is over', () => {
    const [first, second] = [stack(4, 400), stack(6, 400)];
    const verdicts = afterQuiet(steadyBut(first), steadyBut(first, second), steadyBut(second));
    assert.deepEqual(verdicts.map(keysOf), [[4], [4, 6], [6]]);
    assert.deepEqual(ids(verdicts), ['process 1 up since 30']);
  });

  test('but what begins when that is over is another cause', () => {
    const verdicts = afterQuiet(steadyBut(stack(4, 400)), steadyBut(stack(6, 400)));
    assert.deepEqual(ids(verdicts), ['process 1 up since 30', 'process 1 up since 35']);
  });

  test('a storm, though few of its causes are left', () => {
    const deployed = (left: number) => [
      ...steady(),
      ...times(30, (i) => stack(1000 + i, i < left ? 120 : 0, 100 + i)),
    ];
    const verdicts = afterQuiet(...[30, 30, 30, 12, 12, 2].map(deployed));
    assert.deepEqual(ids(verdicts), ['machine at 30 up since 30']);
    assert.deepEqual(
      verdicts.slice(1).map(({ causes }) => causes.map(({ stacks }) => stacks.length)),
      [[30], [30], [12], [12], [2]],
    );
  });
});
