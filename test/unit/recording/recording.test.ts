/** What a recording makes of a bpftrace that ends, with the helper in the hands of the test. */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { SourceEvent } from '../../../src/ticks/events';
import { failureText, HUNG } from '../../../src/failures/failure';
import type { Source } from '../../../src/sources/source';
import type { Missing } from '../../../src/ticks/events';
import type { LoadLimit } from '../../../src/core/loadWatch';
import { Recording } from '../../../src/recording/recording';
import { header } from '../labels/labelledLoad';

const LIMIT: LoadLimit = { metric: 'load-average', threshold: 4 };
const HELLO = 'S HELLO 1 0.17.0 x86_64';
/** SIGTERM in the middle of its last maps, or before it has a handler. */
const TERMINATED = '\nEXIT 143';
const FINAL = 'FINAL 3000000000\nEXIT 0';

interface Options {
  readonly limit?: LoadLimit;
  readonly way?: Source['way'];
  readonly durationSeconds?: number;
}

class Helper {
  readonly said: string[] = [];
  /** What the person was told. */
  readonly notices: string[] = [];
  readonly messages: string[] = [];
  readonly silences: (number | undefined)[] = [];
  reports = 0;
  readonly recording: Recording;
  #deliver: (event: SourceEvent) => void = () => {};

  constructor({ limit, way = 'pkexec', durationSeconds }: Options = {}) {
    const source: Source = {
      way,
      start: (deliver) => (this.#deliver = deliver),
      announce: () => {},
      answer: () => {},
      command: (word) => this.#hear(word),
      stop: () => this.#deliver({ kind: 'stop' }),
    };
    const head = header(limit ? { limit } : {});
    this.recording = new Recording(
      source,
      { header: head, durationSeconds },
      {
        onNotice: (text) => this.notices.push(text),
        onMessage: (text) => this.messages.push(text),
        onSilence: (seconds) => this.silences.push(seconds),
        onReport: () => this.reports++,
      },
    );
    this.recording.start();
  }

  greet(): void {
    this.say(HELLO);
  }

  /** A line of its standard error. */
  say(line: string): void {
    this.#deliver({ kind: 'message', line });
  }

  print(text: string): void {
    for (const line of text.split('\n')) this.#deliver({ kind: 'output', line });
  }

  hear(event: SourceEvent): void {
    this.#deliver(event);
  }

  silent(seconds: number, missing: Missing = 'output'): void {
    this.#deliver({ kind: 'silence', silence: { missing, seconds } });
  }

  load(at: number, value: number): void {
    this.#deliver({ kind: 'load', at, value });
  }

  sleep(): void {
    this.say('Z 60');
  }

  /** @returns what is told of the end, '' if it is one as it should be */
  async end(status: number | null = 0, at?: number): Promise<string> {
    this.#deliver({ kind: 'end', status, ...(at === undefined ? {} : { at }) });
    const { failure } = await this.recording.ended;
    return failure ? failureText(failure) : '';
  }

  #hear(word: 'run' | 'pause' | 'renew'): void {
    this.said.push(word);
    if (word === 'renew') this.#deliver({ kind: 'renewal' });
  }
}

/** 50 samples outside of what was asked for, which need no names. */
const TICK = 'TICK a 2000000000\n@fired_a: 50\n@outside_a: 50\nTOCK a\n';

test('a load that was over before the helper spoke is recorded', () => {
  const helper = new Helper({ limit: LIMIT });
  helper.load(1, 9);
  assert.deepEqual(helper.said, []);
  helper.greet();
  helper.load(2, 9);
  helper.load(3, 9);
  assert.deepEqual(helper.said, ['run']);
  assert.equal(helper.recording.state, 'recording');
});

test('a load that goes before bpftrace is ready ends bpftrace, and not the recording', async () => {
  const helper = new Helper({ limit: LIMIT });
  helper.greet();
  helper.load(1, 9);
  helper.load(2, 1);
  helper.print(TERMINATED);
  helper.load(3, 9);
  assert.deepEqual(helper.said, ['run', 'pause', 'run']);
  helper.recording.stop();
  helper.print(TERMINATED);
  assert.equal(await helper.end(), '');
});

test('a load that falls while bpftrace is renewed is not recorded', () => {
  const helper = new Helper({ limit: LIMIT });
  helper.greet();
  helper.load(1, 9);
  helper.print(`READY 1000000000\n${TICK}`);
  helper.sleep();
  helper.load(2, 1);
  helper.print(FINAL);
  assert.deepEqual(helper.said, ['run', 'renew']);
  helper.load(3, 9);
  assert.deepEqual(helper.said, ['run', 'renew', 'run']);
  // An hour later, and nothing of that hour is lost.
  helper.print('READY 3600000000000');
  assert.equal(helper.recording.totals.lost, 0);
});

test('a pause that had to kill bpftrace counts its last tick as lost, and goes on', () => {
  const helper = new Helper({ limit: LIMIT });
  helper.greet();
  helper.load(1, 9);
  helper.print(`READY 1000000000\n${TICK}`);
  helper.load(2, 1);
  helper.print(TERMINATED);
  assert.equal(helper.recording.state, 'recording');
  assert.equal(helper.recording.totals.lost, 50);
});

test('so does a renewal: lost is what fired since the last tick', () => {
  const helper = new Helper();
  helper.greet();
  helper.print(`READY 1000000000\n${TICK}`);
  helper.sleep();
  helper.print(TERMINATED);
  helper.print('READY 4000000000');
  assert.deepEqual(helper.said, ['run', 'renew', 'run']);
  assert.equal(helper.recording.state, 'recording');
  assert.equal(helper.recording.totals.reasons.renewal, 100);
});

test('a stop while bpftrace starts anew is no failure', async () => {
  const helper = new Helper();
  helper.greet();
  helper.print(`READY 1000000000\n${TICK}`);
  helper.sleep();
  helper.print(FINAL);
  helper.recording.stop();
  helper.print(TERMINATED);
  assert.equal(await helper.end(), '');
});

test('a bpftrace that is killed at the stop, one that is killed before, a helper that hangs', async () => {
  const ready = (): Helper => {
    const helper = new Helper();
    helper.greet();
    helper.print(`READY 1000000000\n${TICK}`);
    return helper;
  };
  const stopped = ready();
  stopped.recording.stop();
  stopped.print('\nEXIT 137');
  assert.match(await stopped.end(), /^bpftrace did not end within 5 s and was killed\./);
  const killed = ready();
  killed.print('\nEXIT 137');
  assert.match(await killed.end(), /^bpftrace was ended from outside by signal 9\./);
  const hung = ready();
  hung.recording.stop();
  assert.match(await hung.end(HUNG), /did not answer to the stop within 6 s/);
});

test('closing the terminal of a recording ends it, as is said there', async () => {
  for (const way of ['terminal', 'pkexec'] as const) {
    const helper = new Helper({ way });
    helper.greet();
    helper.print(`READY 1000000000\n${TICK}${FINAL}`);
    helper.recording.stop();
    const said = await helper.end(null);
    if (way === 'terminal') assert.equal(said, '');
    else assert.match(said, /was ended from outside/);
  }
});

test('the time of day is reckoned from the first READY, however long the password took', () => {
  const helper = new Helper();
  const { startedAt } = helper.recording;
  helper.greet();
  helper.say(`T ${startedAt + 25_000}`);
  assert.equal(helper.recording.startedAt, startedAt + 25_000);
  for (const line of ['T ', 'T x', 'T 1e300']) helper.say(line);
  assert.equal(helper.recording.startedAt, startedAt + 25_000);
});

test('a recording that was stopped before the first READY has not begun', async () => {
  const helper = new Helper();
  helper.greet();
  helper.recording.stop();
  await helper.end();
  assert.equal((await helper.recording.ended).begun, false);
  assert.equal(helper.reports, 0);
});

test('a recording of a month does not end at once', () => {
  const delays: number[] = [];
  const set = mock.method(globalThis, 'setTimeout', (_: unknown, delay: number) => {
    delays.push(delay);
  });
  try {
    const helper = new Helper({ durationSeconds: 30 * 86_400 });
    helper.greet();
    helper.print('READY 1000000000');
  } finally {
    set.mock.restore();
  }
  assert.deepEqual(delays, [2 ** 31 - 1]);
});

/** Of a process that nobody announced, so that it waits for its names; each sample without a stack. */
const collisions = (slot: string, second: number, fired: number): string =>
  `TICK ${slot} ${second}000000000\n@fired_${slot}: ${fired}\n@${slot}[1, 1, 5, , ]: ${fired}\nTOCK ${slot}\n`;

test('collisions that are counted after their run has ended renew nothing', () => {
  const helper = new Helper();
  helper.greet();
  const named = (tick: number): void =>
    helper.hear({
      kind: 'answers',
      answers: { tick, names: { '1:5': 'diverse' }, frames: [], symbols: {} },
    });
  helper.print(`READY 1000000000\n${collisions('a', 2, 100)}`);
  helper.print('@flip: 1\nTICK b 3000000000\nTOCK b');
  named(0);
  assert.deepEqual(helper.said, ['run', 'renew']);
  // The last maps of the run, whose names are answered behind its end.
  helper.print('FINAL 3500000000\n@fired_a: 200\n@a[2, 2, 6, , ]: 100\nEXIT 0');
  assert.deepEqual(helper.said, ['run', 'renew', 'run']);
  helper.hear({
    kind: 'answers',
    answers: { tick: 2, names: { '2:6': 'late' }, frames: [], symbols: {} },
  });
  assert.deepEqual(helper.said, ['run', 'renew', 'run']);
  helper.print('READY 4000000000\nTICK a 5000000000\nTOCK a');
  assert.deepEqual(helper.said, ['run', 'renew', 'run'], 'nor the next run');
  assert.equal(helper.recording.totals.reasons.collision, 200);
});

test('an end that helper and bpftrace both tell is one', () => {
  const helper = new Helper({ limit: LIMIT });
  helper.greet();
  helper.load(1, 9);
  helper.print(`READY 1000000000\n${TICK}`);
  helper.load(2, 1);
  helper.print(`${FINAL}\nEXIT 143`);
  assert.deepEqual(helper.said, ['run', 'pause']);
  assert.equal(helper.recording.state, 'recording');
});

test('a run whose end nobody tells is over, and the recording goes on', () => {
  const helper = new Helper();
  helper.greet();
  helper.print(`READY 1000000000\n${TICK}`);
  helper.sleep();
  helper.hear({ kind: 'gone' });
  helper.print('READY 4000000000');
  assert.deepEqual(helper.said, ['run', 'renew', 'run']);
  assert.equal(helper.recording.totals.reasons.renewal, 100);
});

test('a silence is told, bpftrace is started anew, and what is missing is lost', () => {
  const helper = new Helper();
  helper.greet();
  helper.print(`READY 1000000000\n${TICK}`);
  for (const seconds of [5, 6, 7]) helper.silent(seconds);
  assert.deepEqual(helper.said, ['run', 'renew']);
  assert.deepEqual(helper.notices, ['no data for 5 s, starting bpftrace again']);
  assert.deepEqual(helper.messages, helper.notices);
  assert.equal(helper.recording.silentSeconds, 7);
  helper.print('EXIT 137');
  helper.silent(8);
  assert.deepEqual(helper.said, ['run', 'renew', 'run']);
  helper.print('READY 12000000000');
  assert.deepEqual(helper.silences, [5, 6, 7, 8, undefined]);
  assert.equal(helper.recording.silentSeconds, undefined);
  assert.equal(helper.recording.totals.reasons.renewal, 500);
});

test('the third silence ends the recording with words of its own, unless five minutes were good', async () => {
  const restarted = (helper: Helper, second: number): void => {
    helper.silent(5);
    helper.print('EXIT 137');
    helper.print(`READY ${second}000000000\nTICK a ${second + 1}000000000\nTOCK a`);
  };
  const helper = new Helper();
  helper.greet();
  helper.print(`READY 1000000000\n${TICK}`);
  restarted(helper, 10);
  restarted(helper, 20);
  helper.print('TICK b 330000000000\nTOCK b');
  restarted(helper, 340);
  restarted(helper, 350);
  assert.equal(helper.recording.state, 'recording');
  helper.silent(5);
  assert.equal(helper.recording.state, 'stopping');
  helper.print('EXIT 137');
  assert.match(await helper.end(), /^bpftrace gave no data for 5 s, again after .* twice\./);
});

test('the first one that hangs while it attaches is told and started again after a minute, and then given up', async () => {
  const helper = new Helper();
  helper.greet();
  for (const seconds of [5, 30, 59]) helper.silent(seconds);
  assert.deepEqual([helper.said, helper.notices], [['run'], []]);
  for (const seconds of [60, 120]) {
    helper.silent(seconds);
    helper.print(TERMINATED);
  }
  assert.deepEqual(helper.said, ['run', 'renew', 'run', 'renew', 'run']);
  helper.silent(180);
  assert.equal(helper.recording.state, 'stopping');
  helper.print(TERMINATED);
  assert.match(await helper.end(), /^bpftrace gave no data/);
});

test('one that hangs while it attaches its probes has a minute, and is then started again', () => {
  const helper = new Helper();
  helper.greet();
  helper.print(`READY 1000000000\n${TICK}`);
  helper.sleep();
  helper.print(FINAL);
  for (const seconds of [5, 30, 59]) helper.silent(seconds);
  assert.deepEqual(helper.said, ['run', 'renew', 'run']);
  helper.silent(60);
  assert.deepEqual(helper.said, ['run', 'renew', 'run', 'renew']);
  helper.print(TERMINATED);
  helper.silent(70);
  assert.deepEqual(helper.said, ['run', 'renew', 'run', 'renew', 'run']);
});

test('a helper that does not answer while the recording goes on has words of its own', async () => {
  const helper = new Helper();
  helper.greet();
  helper.print(`READY 1000000000\n${TICK}`);
  helper.silent(5);
  const said = await helper.end(HUNG, 17_000_000_000);
  assert.match(said, /^The helper that runs bpftrace has not answered for 10 s\./);
  // 50 samples a second, and 15 seconds since the last tick.
  assert.equal(helper.recording.totals.reasons.renewal, 750);
});

test('what a bpftrace that died took along is counted as lost', async () => {
  const helper = new Helper();
  helper.greet();
  helper.print(`READY 1000000000\n${TICK}EXIT 137`);
  helper.hear({ kind: 'stop', at: 2_500_000_000 });
  await helper.end(0, 9_000_000_000);
  assert.equal(helper.recording.totals.reasons.renewal, 25);
});

test('a CPU that comes back is sampled again, also one that comes while bpftrace attaches', () => {
  const helper = new Helper();
  helper.greet();
  helper.hear({ kind: 'cpus', change: { gone: [], back: [3] } });
  assert.deepEqual(helper.said, ['run']);
  helper.print(`READY 1000000000\n${TICK}`);
  assert.deepEqual(helper.said.splice(0), ['run', 'renew']);
  helper.print(`${FINAL}\nREADY 3100000000\nTICK a 12000000000\nTOCK a`);
  assert.deepEqual(helper.said.splice(0), ['run']);
  helper.hear({ kind: 'cpus', change: { gone: [1, 2], back: [] } });
  assert.deepEqual(helper.said, []);
  helper.hear({ kind: 'cpus', change: { gone: [], back: [1] } });
  assert.deepEqual(helper.said, ['renew']);
  helper.print('FINAL 12100000000\nEXIT 0');
  helper.hear({ kind: 'cpus', change: { gone: [], back: [2] } });
  assert.deepEqual(helper.said, ['renew', 'run']);
  helper.print('READY 13000000000');
  // CPUs that come and go all the time do not keep it from sampling.
  assert.deepEqual(helper.said, ['renew', 'run']);
  helper.print('TICK a 22100000000\nTOCK a');
  assert.deepEqual(helper.said, ['renew', 'run', 'renew']);
  assert.deepEqual(helper.notices, [
    'CPU 3 is online again; bpftrace starts anew, to sample every CPU.',
    'CPUs 1, 2 are offline: nothing is sampled there.',
    'CPU 1 is online again; bpftrace starts anew, to sample every CPU.',
    'CPU 2 is online again; bpftrace starts anew, to sample every CPU.',
  ]);
});

test('reports that are late are skipped, and the end is told by itself', async () => {
  let now = 0;
  const clock = mock.method(performance, 'now', () => now);
  try {
    const helper = new Helper();
    helper.greet();
    helper.print('READY 1000000000');
    const tick = (second: number): void =>
      helper.print(`TICK a ${second}000000000\nTOCK a\nBEAT 1 1`);
    for (let second = 2; second <= 12; second++) {
      now = 1_000 * second;
      tick(second);
    }
    assert.equal(helper.reports, 2);
    // Nothing was read for 13 s: the reports of 15 and 20 s hold nothing that is not in the third.
    now = 1_000 * 25;
    for (let second = 13; second <= 25; second++) tick(second);
    assert.equal(helper.reports, 3);
    helper.recording.stop();
    helper.print('FINAL 25100000000\nEXIT 0');
    await helper.end();
    assert.equal(helper.reports, 3);
    assert.deepEqual(await helper.recording.ended, { begun: true, failure: undefined });
  } finally {
    clock.mock.restore();
  }
});
