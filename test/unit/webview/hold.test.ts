/** How long a reader's touch holds the data back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hold } from '../../../webview/hold';

const nothing = (): void => {};

test('a clock that is set back holds nobody longer', async (context) => {
  await new Promise<void>((resolve) => {
    const hold = new Hold(() => {
      assert.equal(hold.active, false);
      resolve();
    }, 5);
    hold.touch();
    assert.ok(hold.active);
    const now = Date.now();
    context.mock.method(Date, 'now', () => now - 3_600_000);
  });
});

test('a touch is a pause as soon as it keeps something back', () => {
  const hold = new Hold(nothing);
  assert.equal(hold.isPaused(3), false);
  hold.touch();
  assert.deepEqual([hold.isPaused(0), hold.isPaused(3)], [false, true]);
  hold.resume();
  assert.equal(hold.isPaused(3), false);
});

test('Pause right after a touch pauses, and Resume lets everything go', () => {
  let released = 0;
  const hold = new Hold(() => released++);
  hold.touch();
  hold.togglePause(0);
  assert.ok(hold.isPaused(0));
  hold.togglePause(0);
  assert.deepEqual([hold.active, released], [false, 1]);
});

test('once something waits the button says Resume, and does it', () => {
  let released = 0;
  const hold = new Hold(() => released++);
  hold.touch();
  hold.togglePause(2);
  assert.deepEqual([hold.active, released], [false, 1]);
});

test('what is paused stays so when a touch is over', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  let released = 0;
  const hold = new Hold(() => released++, 5);
  hold.togglePause(0);
  hold.touch();
  context.mock.timers.tick(5);
  assert.deepEqual([hold.active, released], [true, 0]);
});
