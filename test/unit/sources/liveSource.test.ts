/** What a live source makes of a helper that is late, or never answers: the helper is the test. */
import assert from 'node:assert/strict';
import { beforeEach, test, type TestContext } from 'node:test';
import type { SourceEvent, TickRequest } from '../../../src/ticks/events';
import { HUNG } from '../../../src/failures/failure';
import { LiveSource } from '../../../src/sources/liveSource';
import { FakeHelper, FakeTime } from '../../support/fakeHelper';

class Trial {
  readonly helper = new FakeHelper();
  readonly events: SourceEvent[] = [];
  readonly source: LiveSource;

  constructor() {
    this.source = new LiveSource(this.helper.launch, { tick: 1, hz: 99, own: false });
    this.source.start((event) => this.events.push(event));
  }

  of(kind: SourceEvent['kind']): SourceEvent[] {
    return this.events.filter((event) => event.kind === kind);
  }
}

const RUNS = ['READY 1000000000', 'TICK a 2000000000', 'TOCK a'];

async function running(): Promise<Trial> {
  const trial = new Trial();
  trial.source.command('run');
  await trial.helper.say('S HELLO 1 0.17.0 x86_64', 'S START 4711');
  await trial.helper.print(...RUNS);
  return trial;
}

let time: FakeTime;
beforeEach((context) => {
  time = new FakeTime(context as TestContext);
});

test('a helper that answers in time goes on', async () => {
  const trial = await running();
  trial.source.command('renew');
  await time.wait(4);
  assert.deepEqual(await trial.helper.heard(), ['run', 'pause']);
  await time.wait(5);
  await trial.helper.print('FINAL 3000000000', 'EXIT 0');
  await trial.helper.say('S PAUSED');
  await time.wait(60);
  assert.deepEqual(trial.of('end'), []);
  assert.deepEqual(trial.of('gone'), []);
});

test('one that answers neither to pause nor to run within 10 s has hung', async () => {
  for (const word of ['renew', 'pause', 'run'] as const) {
    const trial = await running();
    trial.source.command(word);
    await time.wait(9);
    assert.deepEqual(trial.of('end'), [], word);
    await time.wait(5);
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
  await time.wait(120);
  assert.deepEqual(trial.of('end'), []);
  await trial.helper.say('S HELLO 1 0.17.0 x86_64');
  await time.wait(11);
  assert.equal(trial.of('end').length, 1);
});

test('paused, and no EXIT: an end when nothing has come for 2 s', async () => {
  const trial = await running();
  trial.source.command('renew');
  await time.wait(4);
  await trial.helper.say('S PAUSED');
  for (let lines = 0; lines < 5; lines++) {
    await time.wait(1);
    await trial.helper.print('@a[1, 1, 5, , ]: 2');
  }
  assert.deepEqual(trial.of('gone'), []);
  await time.wait(3);
  assert.equal(trial.of('gone').length, 1);
});

test('EXIT may come behind PAUSED, and a run that was never told to start has none', async () => {
  const trial = await running();
  trial.source.command('renew');
  await time.wait(4);
  await trial.helper.say('S PAUSED');
  await time.wait(1);
  await trial.helper.print('EXIT 0');
  trial.source.command('run');
  trial.source.command('pause');
  await trial.helper.say('S PAUSED');
  await time.wait(30);
  assert.deepEqual([...trial.of('gone'), ...trial.of('end')], []);
});

test('what came while we did not run is read before anything is missed', async () => {
  const trial = await running();
  trial.source.command('renew');
  await time.wait(4);
  await trial.helper.say('S PAUSED');
  // Both are there when the timer goes off, 0.2 s late.
  trial.helper.stdout.write('FINAL 3000000000\nEXIT 0\n');
  await time.stall(2.2);
  assert.deepEqual(trial.of('gone'), []);
  trial.source.command('run');
  trial.helper.stderr.write('S START 4712\n');
  await time.stall(10.2);
  assert.deepEqual(trial.of('end'), []);
});

test('a run that was given up is not heard any more, and the next one is', async () => {
  const trial = await running();
  trial.source.command('renew');
  await time.wait(4);
  await trial.helper.say('S PAUSED');
  await time.wait(3);
  assert.equal(trial.of('gone').length, 1);
  const before = trial.of('output').length;
  await trial.helper.print('FINAL 3000000000', '@a[1, 1, 5, , ]: 2', 'EXIT 0');
  assert.equal(trial.of('output').length, before);
  await trial.helper.print('Attaching 7 probes...', 'READY 4000000000', 'EXIT 143');
  assert.equal(trial.of('output').length, before + 3);
});

test('a part of the mappings is not taken for all of them, nor for those of a later question', async () => {
  const trial = await running();
  const request = (tick: number): TickRequest => {
    const addresses = new Map([[`${process.pid}:1`, ['7f0000000000']]]);
    return { tick, names: [], addresses };
  };
  trial.source.announce(`${process.pid}:1`, process.pid, '');
  trial.source.answer(request(0));
  await time.wait(0.1);
  const mapping = (start: string): string =>
    `M ${process.pid} ${start}-7f0000001000 r-xp 00000000 00:00 0 `;
  await trial.helper.say(mapping('7f0000000000'));
  await time.wait(1);
  // Its answer is still coming when it is asked about again.
  trial.source.answer(request(99));
  await time.wait(0.1);
  await trial.helper.say(mapping('7f0000000000'), `S MAPS ${process.pid}`);
  assert.deepEqual(await trial.helper.heard(), [
    'run',
    `maps ${process.pid}`,
    `maps ${process.pid}`,
  ]);
  await trial.helper.say(`S MAPS ${process.pid}`);
  await time.wait(1);
  const names = trial.of('answers').map((event) => event.kind === 'answers' && event.answers);
  assert.equal(names.length, 2);
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
  await time.wait(0.1);
  assert.deepEqual(await trial.helper.heard(), ['run', `maps ${process.pid}`]);
  await trial.helper.say(`S DENY ${process.pid}`);
  assert.deepEqual(await trial.helper.heard(), [
    'run',
    `maps ${process.pid}`,
    `maps ${process.ppid}`,
  ]);
  // It is not waited for, and no other is asked for before it has answered.
  await time.wait(1);
  assert.equal(trial.of('answers').length, 1);
  trial.source.answer({ ...request(process.pid), tick: 9 });
  await time.wait(1);
  assert.equal((await trial.helper.heard()).length, 3);
  await trial.helper.say(`S MAPS ${process.ppid}`);
  trial.source.answer({ ...request(process.pid), tick: 99 });
  await time.wait(1);
  assert.equal((await trial.helper.heard()).at(-1), `maps ${process.pid}`);
});
