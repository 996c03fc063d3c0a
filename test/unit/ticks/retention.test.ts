/**
 * A slice keeps the text alive that it was cut from, and lines are slices of what was read from the
 * pipe: a key of 20 bytes that is kept would keep 64 KB. V8 copies it now and then, as long as it has
 * not compiled the code that keeps it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineSplitter } from '../../../src/sources/lineSplitter';
import { Session } from '../../../src/ticks/session';
import { liveBytes } from '../../support/heap';

const READ_BYTES = 64 * 1024;
const PROCESSES = 400;

/** Until the code is compiled that runs for each of them. */
const WARM = 100_000;

/** Announces a process that is never sampled, in the same read as `rest`. */
function announce(session: Session, number: number, rest = ''): void {
  const life = 7_000_000_000_000 + number;
  const text = `PROCESS ${number} ${life} made\\x00\nEND ${number}\n${rest}`;
  for (const line of new LineSplitter().push(Buffer.from(text)))
    session.feed({ kind: 'output', line });
}

test('a process that was announced does not keep what was read with it', () => {
  const session = new Session({ stacks: 'kernel', keys: 1000, maxStacks: 1000 }, {});
  for (let number = 1; number <= WARM; number++) announce(session, number);
  const before = liveBytes();
  const rest = '\n'.repeat(READ_BYTES);
  for (let number = 1; number <= PROCESSES; number++) announce(session, WARM + number, rest);
  const kept = liveBytes() - before;
  assert.ok(kept < (PROCESSES * READ_BYTES) / 10, `${kept} bytes are kept`);
});
