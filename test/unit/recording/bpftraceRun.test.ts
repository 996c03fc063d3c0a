/** What one bpftrace after the other is told, event by event. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BpftraceRun } from '../../../src/recording/bpftraceRun';

class Trial {
  readonly told: string[] = [];
  wanted = true;
  readonly run = new BpftraceRun({
    command: (word) => this.told.push(word),
    isWanted: () => this.wanted,
  });

  static sampling(): Trial {
    const trial = new Trial();
    trial.run.start();
    trial.run.ready(1);
    return trial;
  }

  /** A tick of 100 samples in a second. */
  tick(stackless: number, run = 1): void {
    this.run.renewIfFull({ run, fired: 100, seconds: 1, stackless });
  }
}

test('it attaches, samples, is renewed and samples again', () => {
  const trial = new Trial();
  const { run } = trial;
  const states = [run.state];
  for (const step of [
    () => run.start(),
    () => run.ready(1),
    () => run.renew(),
    () => assert.equal(run.end(false), 'renew'),
    () => run.start(),
    () => run.ready(2),
    () => run.pause(),
    () => assert.equal(run.end(false), 'pause'),
  ]) {
    step();
    states.push(run.state);
  }
  assert.deepEqual(states, [
    { is: 'idle' },
    { is: 'attaching' },
    { is: 'sampling' },
    { is: 'renewing', attached: true },
    { is: 'idle' },
    { is: 'attaching' },
    { is: 'sampling' },
    { is: 'pausing', attached: true },
    { is: 'idle' },
  ]);
  assert.deepEqual(trial.told, ['run', 'renew', 'run', 'pause']);
});

test('an end that was not asked for, or comes at the stop, is the last', () => {
  const byItself = Trial.sampling().run;
  assert.equal(byItself.end(false), undefined);
  assert.deepEqual(byItself.state, { is: 'ended' });
  const renewing = Trial.sampling().run;
  renewing.renew();
  assert.equal(renewing.end(true), undefined);
  assert.deepEqual([renewing.state, renewing.isRunning], [{ is: 'ended' }, false]);
});

test('one that is told to pause while it attaches holds samples once it is READY, and still ends', () => {
  const { run } = new Trial();
  run.start();
  run.pause();
  assert.deepEqual([run.isAttached, run.isEnding], [false, true]);
  run.ready(1);
  assert.deepEqual([run.isAttached, run.isEnding], [true, true]);
  assert.equal(run.end(false), 'pause');
});

test('a renewal that is wanted while it attaches waits for READY', () => {
  const trial = new Trial();
  trial.run.start();
  trial.run.renewIfSampling();
  assert.deepEqual(trial.told, ['run']);
  trial.run.ready(1);
  trial.run.renewIfDue(0);
  assert.deepEqual(trial.told, ['run', 'renew']);
});

test('nothing is renewed that is not wanted, does not run or is told to end already', () => {
  const unwanted = Trial.sampling();
  unwanted.wanted = false;
  unwanted.run.renewIfSampling();
  assert.deepEqual(unwanted.told, ['run']);
  const idle = new Trial();
  idle.run.renewSoon(1);
  assert.deepEqual(idle.told, []);
  const pausing = Trial.sampling();
  pausing.run.pause();
  pausing.run.renewIfSampling();
  assert.deepEqual(pausing.told, ['run', 'pause']);
});

test('what happens again and again renews it every ten seconds at most', () => {
  const trial = Trial.sampling();
  trial.run.renewSoon(20);
  trial.run.end(false);
  trial.run.start();
  trial.run.ready(2);
  assert.deepEqual(trial.told, ['run', 'renew', 'run']);
  trial.told.length = 0;
  trial.run.renewSoon(29);
  assert.deepEqual(trial.told, []);
  trial.run.renewIfDue(30);
  assert.deepEqual(trial.told, ['renew']);
});

test('it is renewed when it has lost what a renewal costs, by its own ticks alone', () => {
  const trial = Trial.sampling();
  trial.tick(59);
  trial.tick(100, 0);
  assert.deepEqual(trial.told, ['run']);
  trial.tick(1);
  assert.deepEqual(trial.told, ['run', 'renew']);
  trial.run.end(false);
  trial.run.start();
  trial.run.ready(2);
  trial.tick(59, 2);
  assert.deepEqual(trial.told, ['run', 'renew', 'run']);
});
