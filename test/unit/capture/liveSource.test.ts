/** What a live source makes of a helper that is late, or never answers: the helper is the test. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { setImmediate as soon } from 'node:timers/promises';
import { beforeEach, mock, test } from 'node:test';
import type { SourceEvent, TickRequest } from '../../../src/capture/events';
import { HUNG } from '../../../src/capture/failure';
import { LiveSource } from '../../../src/capture/liveSource';
import type { Launch } from '../../../src/privilege/elevation';

class Helper extends EventEmitter {
  readonly stdin = new PassThrough();
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
}

class Trial {
  readonly helper = new Helper();
  readonly events: SourceEvent[] = [];
  readonly source: LiveSource;
  #heard = '';

  constructor() {
    const launch: Launch = {
      way: 'terminal',
      reason: '',
      file: '',
      arguments: [],
      environment: {},
      connect: () => this.helper,
    };
    this.source = new LiveSource(launch, { tick: 1, hz: 99, own: false });
    this.helper.stdin.on('data', (chunk: Buffer) => (this.#heard += chunk.toString()));
    this.source.start((event) => this.events.push(event));
  }

  async say(line: string): Promise<void> {
    this.helper.stderr.write(`${line}\n`);
    await soon();
  }

  async print(...lines: string[]): Promise<void> {
    for (const line of lines) this.helper.stdout.write(`${line}\n`);
    await soon();
  }

  async heard(): Promise<string[]> {
    await soon();
    return this.#heard.trim().split('\n');
  }

  of(kind: SourceEvent['kind']): SourceEvent[] {
    return this.events.filter((event) => event.kind === kind);
  }
}

const RUNS = ['READY 1000000000', 'TICK a 2000000000', 'TOCK a'];

async function running(): Promise<Trial> {
  const trial = new Trial();
  trial.source.command('run');
  await trial.say('S HELLO 1 0.17.0 x86_64');
  await trial.say('S START 4711');
  await trial.print(...RUNS);
  return trial;
}

let now = 0;

/** In steps, so that what one timer has asked for is there for the next. */
async function wait(seconds: number): Promise<void> {
  for (let tenths = 0; tenths < 10 * seconds; tenths++) {
    now += 100;
    mock.timers.tick(100);
    await soon();
  }
}

beforeEach((context) => {
  now = 0;
  mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  const clock = mock.method(performance, 'now', () => now);
  (context as { after(fn: () => void): void }).after(() => {
    mock.timers.reset();
    clock.mock.restore();
  });
});

test('a helper that answers in time goes on', async () => {
  const trial = await running();
  trial.source.command('renew');
  await wait(4);
  assert.deepEqual(await trial.heard(), ['run', 'pause']);
  await wait(5);
  await trial.print('FINAL 3000000000', 'EXIT 0');
  await trial.say('S PAUSED');
  await wait(60);
  assert.deepEqual(trial.of('end'), []);
  assert.deepEqual(trial.of('gone'), []);
});

test('one that answers neither to pause nor to run within 10 s has hung', async () => {
  for (const word of ['renew', 'pause', 'run'] as const) {
    const trial = await running();
    trial.source.command(word);
    await wait(9);
    assert.deepEqual(trial.of('end'), [], word);
    await wait(5);
    assert.deepEqual(
      trial.of('end').map((event) => event.kind === 'end' && event.status),
      [HUNG],
      word,
    );
    assert.ok(trial.helper.stdout.destroyed);
  }
});

test('a password may take longer than 10 s, the first bpftrace behind it not', async () => {
  const trial = new Trial();
  trial.source.command('run');
  await wait(120);
  assert.deepEqual(trial.of('end'), []);
  await trial.say('S HELLO 1 0.17.0 x86_64');
  await wait(11);
  assert.equal(trial.of('end').length, 1);
});

test('paused, and no EXIT: an end when nothing has come for 2 s', async () => {
  const trial = await running();
  trial.source.command('renew');
  await wait(4);
  await trial.say('S PAUSED');
  for (let lines = 0; lines < 5; lines++) {
    await wait(1);
    await trial.print('@a[1, 1, 5, , ]: 2');
  }
  assert.deepEqual(trial.of('gone'), []);
  await wait(3);
  assert.equal(trial.of('gone').length, 1);
});

test('EXIT may come behind PAUSED, and a run that was never told to start has none', async () => {
  const trial = await running();
  trial.source.command('renew');
  await wait(4);
  await trial.say('S PAUSED');
  await wait(1);
  await trial.print('EXIT 0');
  trial.source.command('run');
  trial.source.command('pause');
  await trial.say('S PAUSED');
  await wait(30);
  assert.deepEqual([...trial.of('gone'), ...trial.of('end')], []);
});

test('the end says when it was, by the clock of the kernel', async () => {
  const trial = await running();
  trial.source.stop();
  const [stop] = trial.of('stop');
  const at = stop?.kind === 'stop' ? stop.at : undefined;
  assert.ok(at !== undefined && at >= 2e9 && at < 4e9, String(at));
});

test('mappings are asked for one process after the other, and a refusal is an answer', async () => {
  const trial = await running();
  const request = (tgid: number): TickRequest => ({
    tick: 0,
    names: [],
    addresses: new Map([[`${tgid}:1`, ['7f0000000000']]]),
  });
  // Processes that run, so that they are asked about.
  for (const tgid of [process.pid, process.ppid]) trial.source.announce(`${tgid}:1`, tgid, '');
  const both = { ...request(process.pid), addresses: new Map(request(process.pid).addresses) };
  for (const [key, asked] of request(process.ppid).addresses) both.addresses.set(key, asked);
  trial.source.answer(both);
  await wait(0.1);
  assert.deepEqual(await trial.heard(), ['run', `maps ${process.pid}`]);
  await trial.say(`S DENY ${process.pid}`);
  assert.deepEqual(await trial.heard(), ['run', `maps ${process.pid}`, `maps ${process.ppid}`]);
  // It is not waited for, and no other is asked for before it has answered.
  await wait(1);
  assert.equal(trial.of('answers').length, 1);
  trial.source.answer({ ...request(process.pid), tick: 9 });
  await wait(1);
  assert.equal((await trial.heard()).length, 3);
  await trial.say(`S MAPS ${process.ppid}`);
  trial.source.answer({ ...request(process.pid), tick: 99 });
  await wait(1);
  assert.equal((await trial.heard()).at(-1), `maps ${process.pid}`);
});
