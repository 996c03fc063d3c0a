import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { SafeSignalWindow } from '../../../src/sources/safeSignalWindow';

let now = 0;
let said: string[] = [];

beforeEach((context) => {
  now = 0;
  said = [];
  mock.timers.enable({ apis: ['setTimeout'] });
  (context as { after(fn: () => void): void }).after(() => mock.timers.reset());
});

/** Time goes by, in small steps. */
function wait(milliseconds: number): void {
  for (const end = now + milliseconds; now < end;) {
    now += 10;
    mock.timers.tick(10);
  }
}

/** One that prints every second. @param lines as it has printed them until now */
function after(...lines: string[]): SafeSignalWindow {
  const quiet = new SafeSignalWindow(1_000, () => now);
  lines.forEach((line) => quiet.see(line));
  return quiet;
}

/** Of that second of the kernel's clock. */
const ready = (second: number): string => `READY ${second}000000000`;
const tick = (second: number): string => `TICK a ${second}000000000`;
const stop = (): void => void said.push('stop');

test('before the first tick, after the last, and when it is silent, it is said at once', () => {
  after().soon(stop);
  after(ready(5), tick(6), '', 'EXIT 0').soon(stop);
  assert.deepEqual(said.splice(0), ['stop', 'stop']);
  for (const lines of [[ready(5)], [ready(5), tick(6), '@fired_a: 3', 'TOCK a', '@flip: 1']]) {
    const quiet = after(...lines);
    wait(100);
    quiet.soon(stop);
    assert.deepEqual(said.splice(0), ['stop'], lines.join());
  }
});

test('in a tick it is said when that is printed and read, and in the order it was asked', () => {
  const quiet = after(ready(5), tick(6));
  quiet.soon(() => said.push('pause'));
  quiet.soon(stop);
  wait(200);
  quiet.see('@a[1, 1, 5, ');
  assert.deepEqual(said, []);
  quiet.see('TOCK a');
  wait(100);
  assert.deepEqual(said, ['pause', 'stop']);
});

test('a tick that begins in the same breath as the one before has ended is waited for, too', () => {
  const quiet = after(ready(5), tick(6));
  quiet.soon(stop);
  wait(400);
  for (const line of ['TOCK a', tick(7), '@fired_a: 3']) quiet.see(line);
  wait(100);
  assert.deepEqual(said, []);
  quiet.see('TOCK a');
  wait(100);
  assert.deepEqual(said, ['stop']);
});

test('shortly before a tick is due it waits for that, however long the last one took', () => {
  const quiet = after(ready(5));
  wait(1_000);
  quiet.see(tick(6));
  wait(600);
  quiet.see('TOCK a');
  wait(300);
  quiet.soon(stop);
  wait(100);
  assert.deepEqual(said, []);
  quiet.see(tick(7));
  wait(100);
  quiet.see('TOCK a');
  wait(100);
  assert.deepEqual(said, ['stop']);
});

test('while processes are announced it waits', () => {
  const quiet = after(ready(5));
  quiet.soon(stop);
  for (let line = 0; line < 20; line++) {
    wait(20);
    quiet.see('5636423c5000-5636423c6000 r-xp 00001000 fe:00 2342948 /opt/demo/known');
  }
  assert.deepEqual(said, []);
  wait(100);
  assert.deepEqual(said, ['stop']);
});

test('one that hangs is not waited for, nor one that prints for ever', () => {
  const hangs = after(ready(5), tick(6));
  hangs.soon(stop);
  wait(450);
  assert.deepEqual(said, []);
  wait(100);
  assert.deepEqual(said.splice(0), ['stop']);
  const prints = after(ready(5), tick(6));
  prints.soon(stop);
  for (let at = 0; at < 28; at++) {
    wait(100);
    prints.see('\tffffffff821ed511 do_syscall_64+113');
  }
  assert.deepEqual(said, []);
  wait(300);
  assert.deepEqual(said, ['stop']);
});

test('nothing is said to one that is gone', () => {
  const quiet = after(ready(5), tick(6));
  quiet.soon(stop);
  quiet.close();
  quiet.soon(stop);
  wait(10_000);
  assert.deepEqual(said, []);
});
