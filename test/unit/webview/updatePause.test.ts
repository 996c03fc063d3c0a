/** How long a reader's touch holds the data back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UpdatePause } from '../../../webview/flamegraph/updatePause';

const nothing = (): void => {};

test('a clock that is set back holds nobody longer', async (context) => {
  await new Promise<void>((resolve) => {
    const pause = new UpdatePause(() => {
      assert.equal(pause.active, false);
      resolve();
    }, 5);
    pause.touch();
    assert.ok(pause.active);
    const now = Date.now();
    context.mock.method(Date, 'now', () => now - 3_600_000);
  });
});

test('a touch is a pause as soon as it keeps something back', () => {
  const pause = new UpdatePause(nothing);
  assert.equal(pause.isPaused(3), false);
  pause.touch();
  assert.deepEqual([pause.isPaused(0), pause.isPaused(3)], [false, true]);
  pause.resume();
  assert.equal(pause.isPaused(3), false);
});

test('Pause right after a touch pauses, and Resume lets everything go', () => {
  let released = 0;
  const pause = new UpdatePause(() => released++);
  pause.touch();
  pause.togglePause(0);
  assert.ok(pause.isPaused(0));
  pause.togglePause(0);
  assert.deepEqual([pause.active, released], [false, 1]);
});

test('once something waits the button says Resume, and does it', () => {
  let released = 0;
  const pause = new UpdatePause(() => released++);
  pause.touch();
  pause.togglePause(2);
  assert.deepEqual([pause.active, released], [false, 1]);
});

test('what is paused stays so when a touch is over', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  let released = 0;
  const pause = new UpdatePause(() => released++, 5);
  pause.togglePause(0);
  pause.touch();
  context.mock.timers.tick(5);
  assert.deepEqual([pause.active, released], [true, 0]);
});
