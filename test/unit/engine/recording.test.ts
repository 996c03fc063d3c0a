/** What a recording makes of a bpftrace that ends, with the helper in the hands of the test. */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { SourceEvent } from '../../../src/capture/events';
import { failureText, HUNG } from '../../../src/capture/failure';
import type { Source } from '../../../src/capture/source';
import type { LoadLimit } from '../../../src/core/loadWatch';
import { Recording } from '../../../src/engine/recording';
import { header } from './labelledLoad';

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
    this.recording = new Recording(source, { header: head, durationSeconds }, {});
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

  load(at: number, value: number): void {
    this.#deliver({ kind: 'load', at, value });
  }

  sleep(): void {
    this.say('Z 60');
  }

  /** @returns what is told of the end, '' if it is one as it should be */
  async end(status: number | null = 0): Promise<string> {
    this.#deliver({ kind: 'end', status });
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
