/** The judge of long recordings must refuse what is wrong with them: here with made-up captures. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SoakCapture } from '../../support/soakCapture';
import { judgeRate, judgeSoak, readEnd, type SoakEnd } from '../../support/soakJudge';

/** Samples a second. */
const RATE = 100;

const at = (second: number): string => String(1_000_000_000_000 + second * 1e9);

/**
 * One run of bpftrace that is ready at a second and has ticks at others, and its last maps.
 * @param deaf between these seconds nothing fires
 */
function run(ready: number, ticks: readonly number[], final?: number, deaf = [0, 0]): string[] {
  const [from = 0, to = 0] = deaf;
  const missing = (second: number): number => Math.max(0, Math.min(second, to) - from);
  const fired = (second: number): string =>
    `O @fired_a: ${(second - ready - missing(second)) * RATE}`;
  const lines = ticks.flatMap((second) => [
    `O TICK a ${at(second)}`,
    fired(second),
    'O @a[1, 2, 3, ',
    'O TOCK a',
    'O @flip: 1',
  ]);
  const last = final === undefined ? [] : [`O FINAL ${at(final)}`, fired(final)];
  return ['E S START 7', `O READY ${at(ready)}`, 'O @flip: 0', ...lines, ...last, 'O ', 'O EXIT 0'];
}

/** Whole seconds, both ends included. */
function seconds(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function captureOf(...lines: readonly string[]): SoakCapture {
  const capture = new SoakCapture();
  for (const line of ['stack-count capture 1 {}', 'E S HELLO 1 0.17.0 x86_64', ...lines])
    capture.see(line);
  return capture;
}

function closing(samples: number, lost = 0, reason = ''): SoakEnd {
  const why = reason === '' ? '' : ` (${lost} ${reason})`;
  const line = `${samples} samples in 3 stacks of 2 processes, 0 outside, ${lost} lost${why}`;
  return readEnd(0, `Recording user and kernel stacks. Ctrl-C ends it.\n${line}\n`);
}

/** Of one run of 20 s. */
const WHOLE = run(0, seconds(1, 19), 20);
/** Renewed at second 9.5, for 1 s. */
const RENEWED = [...run(0, seconds(1, 9), 9.5), 'R', ...run(10.5, seconds(11, 19), 20)];

describe('a recording is as it should be', () => {
  test('with ticks that came together', () => {
    const lines = run(0, [1, 2, 3, 4, ...seconds(8, 19)], 20);
    assert.deepEqual(judgeSoak(captureOf(...lines), closing(2_000), 20), []);
  });

  test('in one run', () => {
    assert.deepEqual(judgeSoak(captureOf(...WHOLE), closing(2_000), 20), []);
  });

  test('renewed, and what the gap cost is told', () => {
    const capture = captureOf(...RENEWED);
    assert.equal(capture.renewals, 1);
    assert.deepEqual(capture.gaps, [{ at: 9.5, seconds: 1, samples: RATE }]);
    const end = closing(1_900, 100, 'while bpftrace was renewed');
    assert.deepEqual(judgeSoak(capture, end, 20), []);
  });

  test('with other losses', () => {
    const end = closing(1_990, 10, 'stack collisions');
    assert.deepEqual(judgeSoak(captureOf(...WHOLE), end, 20), []);
  });
});

function refused(lines: readonly string[], end: SoakEnd, reason: RegExp): void {
  const reasons = judgeSoak(captureOf(...lines), end, 20);
  assert.equal(reasons.length, 1, reasons.join('; '));
  assert.match(reasons[0] ?? '', reason);
}

describe('it is refused', () => {
  test('a gap between two runs without a word', () => {
    refused(RENEWED, closing(1_900), /^0 samples are said to be lost in 1 gaps, .* about 100$/);
  });

  test('a long gap with too few words', () => {
    const lines = [...run(0, seconds(1, 9), 9.5), 'R', ...run(15.5, seconds(16, 19), 20)];
    const end = closing(1_400, 60, 'while bpftrace was renewed');
    refused(lines, end, /^60 samples are said to be lost .* about 600$/);
  });

  test('a run that counted nothing for seconds', () => {
    const lines = run(0, [1, 2, 3, 4, ...seconds(8, 19)], 20, [4, 8]);
    refused(lines, closing(1_600), /^nothing was counted for 4.0 s at second 4, in one run$/);
  });

  test('the last tick is long before the end', () => {
    refused(run(0, seconds(1, 15), 16), closing(1_600), /^the last tick was at second 16.0 of 20$/);
  });

  test('bpftrace was renewed and never came back', () => {
    const lines = [...run(0, seconds(1, 9), 9.5), 'R', 'E S PAUSED', 'X 0'];
    refused(lines, closing(950), /^the last tick was at second 9.5 of 20$/);
  });

  test('a run without an end', () => {
    const end = closing(1_800, 100, 'while bpftrace was renewed');
    refused(RENEWED.slice(0, -1), end, /^bpftrace has 2 starts and 1 ends$/);
  });

  test('runs that were ended before they were ready', () => {
    const [first, second] = [
      RENEWED.slice(0, RENEWED.indexOf('R')),
      run(10.5, seconds(11, 19), 20),
    ];
    const wasted = ['R', 'E S START 8', 'R', 'O EXIT 143'];
    const end = closing(1_900, 100, 'while bpftrace was renewed');
    refused([...first, ...wasted, ...wasted, ...second], end, /^of 4 starts of .* 2 became ready$/);
  });

  test('a load that is too light, where the stack maps fill up', () => {
    const lines = run(0, seconds(1, 199), 200);
    assert.deepEqual(judgeSoak(captureOf(...lines), closing(20_000), 200), [
      'the load was too light: bpftrace was ready 1 times in 200 s',
    ]);
    const newer = captureOf('E S HELLO 1 0.23.2 x86_64', ...lines);
    assert.deepEqual(judgeSoak(newer, closing(20_000), 200), []);
  });

  test('samples that nobody told of', () => {
    refused(WHOLE, closing(1_999), /^1999 recorded, 0 outside and 0 lost are 1999, and 2000 were/);
  });

  test('samples that nobody counted', () => {
    refused(WHOLE, closing(2_000, 1, 'map full'), /are 2001, and 2000 were counted$/);
  });

  test('a tick that was cut off does not count', () => {
    const lines = [...run(0, seconds(1, 19)).slice(0, -2), `O TICK b ${at(20)}`, 'O @fired_b: 99'];
    refused([...lines, 'O EXIT 137'], closing(2_100), /are 2100, and 1900 were counted$/);
  });

  test('a failure, and a complaint', () => {
    const stderr =
      'stack-count: bpftrace was ended.\n2,000 samples in 3 stacks of 2 processes, 0 outside, 0 lost\n';
    const reasons = judgeSoak(captureOf(...WHOLE), readEnd(5, stderr), 20);
    assert.deepEqual(reasons, ['it ended with 5', 'it said: stack-count: bpftrace was ended.']);
  });

  test('no closing line', () => {
    const reasons = judgeSoak(captureOf(...WHOLE), readEnd(null, 'Recording.\n'), 20);
    assert.deepEqual(reasons, ['it ended with null', 'it has no closing line']);
  });
});

test('a CPU that is not sampled any more shows by what busy CPUs should have given', () => {
  const capture = captureOf(...RENEWED);
  assert.deepEqual(judgeRate(capture, RATE), []);
  assert.deepEqual(judgeRate(capture, 2 * RATE), [
    'the kernel counted 1900 samples where 3800 were due',
  ]);
});
