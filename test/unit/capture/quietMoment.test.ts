import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { QuietMoment } from '../../../src/capture/quietMoment';

let now = 0;
let said: string[] = [];

beforeEach((context) => {
  now = 0;
  said = [];
  mock.timers.enable({ apis: ['setTimeout'] });
  (context as { after(fn: () => void): void }).after(() => mock.timers.reset());
});

/** Ticks of a second. @param lines as bpftrace has printed them until now */
function after(...lines: string[]): QuietMoment {
  const quiet = new QuietMoment(1_000, () => now);
  lines.forEach((line) => quiet.see(line));
  return quiet;
}

const stop = (): void => void said.push('stop');

test('between two ticks, before the first and after the last it is said at once', () => {
  for (const lines of [
    [],
    ['READY 1'],
    ['READY 1', 'TICK a 2', '@fired_a: 3', 'TOCK a'],
    ['READY 1', 'TICK a 2', '', 'EXIT 0'],
  ]) {
    after(...lines).soon(stop);
    assert.deepEqual(said.splice(0), ['stop'], lines.join());
  }
});

test('in a tick it is said when that is printed, and in the order it was asked', () => {
  const quiet = after('READY 1', 'TICK a 2');
  quiet.soon(() => said.push('pause'));
  quiet.soon(stop);
  quiet.see('@a[1, 1, 5, ');
  assert.deepEqual(said, []);
  quiet.see('TOCK a');
  assert.deepEqual(said, ['pause', 'stop']);
});

test('shortly before a tick is due it waits for that', () => {
  const quiet = after('READY 1', 'TICK a 2', 'TOCK a');
  now = 900;
  quiet.soon(stop);
  quiet.see('TICK b 3');
  assert.deepEqual(said, []);
  quiet.see('TOCK b');
  assert.deepEqual(said, ['stop']);
});

test('one that hangs is not waited for, one that goes on printing is', () => {
  const quiet = after('READY 1', 'TICK a 2');
  quiet.soon(stop);
  for (let at = 0; at < 10; at++) {
    mock.timers.tick(400);
    quiet.see('\tffffffff821ed511 do_syscall_64+113');
  }
  assert.deepEqual(said, []);
  mock.timers.tick(600);
  assert.deepEqual(said, ['stop']);
});

test('nothing is said to one that is gone', () => {
  const quiet = after('READY 1', 'TICK a 2');
  quiet.soon(stop);
  quiet.close();
  mock.timers.tick(10_000);
  assert.deepEqual(said, []);
});
