/** A live source and a recording together: what one of them says is what the other waits for. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, test, type TestContext } from 'node:test';
import { LiveSource } from '../../../src/sources/liveSource';
import { Recording } from '../../../src/recording/recording';
import { logDocument } from '../../../src/results/resultFiles';
import { replayRecording } from '../../../src/recording/startRecording';
import { FakeHelper, FakeTime } from '../../support/fakeHelper';
import { tempDir } from '../../support/tempDir';
import { header } from '../labels/labelledLoad';

class Trial {
  readonly helper = new FakeHelper();
  readonly recording: Recording;
  readonly notices: string[] = [];
  readonly capture = join(tempDir('live-recording'), 'capture');
  load = 0;

  /** @param monitor records while the load average is over 4 */
  constructor({ monitor = false } = {}) {
    const limit = { metric: 'load-average', threshold: 4 } as const;
    const head = header(monitor ? { limit } : {});
    const readLoad = monitor ? () => this.load : undefined;
    const source = new LiveSource(this.helper.launch, head.options, readLoad);
    const options = { header: head, captureFile: this.capture };
    this.recording = new Recording(source, options, {
      onNotice: (text) => this.notices.push(text),
    });
    this.recording.start();
  }

  async ready(second: number): Promise<void> {
    await this.helper.say('S START 4711');
    await this.helper.print(`READY ${second}000000000`, '@flip: 0');
  }

  /** 50 samples, in code that was not asked for. */
  async tick(second: number, fired: number): Promise<void> {
    const counters = [`@fired_a: ${fired}`, `@outside_a: ${fired}`];
    await this.helper.print(`TICK a ${second}000000000`, ...counters, 'TOCK a', '@flip: 1');
  }
}

const HELLO = 'S HELLO 1 0.17.0 x86_64';
const SLEPT = 'Z 60';

let time: FakeTime;
beforeEach((context) => {
  time = new FakeTime(context as TestContext);
});

test('a load that falls during a renewal: idle hours are no silence, and the next load is recorded', async () => {
  const trial = new Trial({ monitor: true });
  await trial.helper.say(HELLO);
  trial.load = 9;
  await time.wait(1);
  await trial.ready(1);
  await trial.tick(2, 50);
  await trial.helper.say(SLEPT);
  await time.wait(0.5);
  assert.deepEqual(await trial.helper.heard(), ['run', 'pause']);
  trial.load = 1;
  await time.wait(1);
  await trial.helper.print('FINAL 3000000000', 'EXIT 0');
  await trial.helper.say('S PAUSED');
  await time.wait(3_600);
  assert.equal(trial.recording.silentSeconds, undefined);
  assert.deepEqual(await trial.helper.heard(), ['run', 'pause']);
  trial.load = 9;
  await time.wait(2);
  assert.deepEqual(await trial.helper.heard(), ['run', 'pause', 'run']);
  await trial.ready(3_604);
  assert.equal(trial.recording.totals.lost, 0);
});

test('a monitor whose bpftrace hangs while it attaches says so, and starts it again', async () => {
  const trial = new Trial({ monitor: true });
  await trial.helper.say(HELLO);
  trial.load = 9;
  await time.wait(1);
  await trial.ready(1);
  trial.load = 1;
  await time.wait(2);
  await trial.helper.print('FINAL 3000000000', 'EXIT 0');
  await trial.helper.say('S PAUSED');
  trial.load = 9;
  await time.wait(2);
  await trial.helper.say('S START 4712');
  await time.wait(6);
  assert.deepEqual(trial.notices, ['no data for 5 s, starting bpftrace again']);
  await time.wait(60);
  assert.deepEqual(await trial.helper.heard(), ['run', 'pause', 'run', 'pause']);
});

test('a heart that beats without ticks is a silence', async () => {
  const trial = new Trial();
  await trial.helper.say(HELLO);
  await trial.ready(1);
  for (let second = 2; second < 9; second++) {
    await time.wait(1);
    await trial.helper.print(`BEAT ${second}000000000 ${second}000000000`, '@flip: 0', '');
  }
  assert.equal(trial.notices[0], 'no data for 5 s, starting bpftrace again');
});

/** Of a process that was never announced: it waits for a name that nobody gives. */
const STRANGER = [
  'TICK a 3000000000',
  '@fired_a: 100',
  '@outside_a: 50',
  '@a[4194304, 4194304, 5, ]: 50',
];

test('a tick that waits when the helper is gone is counted all the same', async () => {
  const trial = new Trial();
  await trial.helper.say(HELLO);
  await trial.ready(1);
  await trial.tick(2, 50);
  await trial.helper.print(...STRANGER, 'TOCK a');
  await trial.helper.end(70);
  await time.wait(2);
  await trial.recording.ended;
  const { fired, recorded, outside, lost } = trial.recording.totals;
  assert.equal(recorded + outside + lost, fired);
  assert.ok(fired >= 100, `${fired} fired`);
});

test('a recording that gave up replays to the same end', async () => {
  const trial = new Trial();
  await trial.helper.say(HELLO);
  await trial.ready(1);
  await trial.tick(2, 50);
  for (let times = 1; times <= 3; times++) {
    await time.wait(8);
    await trial.helper.print(...STRANGER, ...(times < 3 ? [] : ['TOCK a', 'FINAL 40000000000']));
    await trial.helper.print('EXIT 0');
    await trial.helper.say('S PAUSED');
    if (times < 3) await trial.ready(10 * times);
  }
  await trial.helper.end(0);
  await time.wait(2);
  const { failure } = await trial.recording.ended;
  assert.match(failure?.problem ?? '', /again after it had been started anew twice/);
  const again = replayRecording(trial.capture, 'fast', {});
  again.start();
  await again.ended;
  assert.deepEqual(again.totals, trial.recording.totals, readFileSync(trial.capture, 'latin1'));
  assert.equal(logDocument(again), logDocument(trial.recording));
});
