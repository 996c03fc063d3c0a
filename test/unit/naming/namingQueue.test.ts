/** Who waits how long for names, when naming takes long. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnswerBook, LongNames } from '../../../src/naming/answerBook';
import { NamingQueue } from '../../../src/naming/namingQueue';
import type { ResolvedAddress } from '../../../src/symbols/symboliser';
import type { Work } from '../../../src/symbols/work';

const SLICE = { milliseconds: 20, bytes: 1_000 };

function found(symbol: string): ResolvedAddress {
  return { symbol, name: symbol, module: '', kind: 'native' };
}

/** A symboliser whose names take as many steps of 100 bytes and `ms` milliseconds as `steps` says. */
class Slow {
  open = 0;
  mostOpen = 0;
  readonly given: string[] = [];

  constructor(
    private readonly steps: (key: string) => number,
    private readonly ms = 0,
  ) {}

  startBatch(): void {}

  *name(key: string, { address }: { address: string }): Work<ResolvedAddress> {
    this.mostOpen = Math.max(this.mostOpen, this.steps(key) > 0 ? ++this.open : 0);
    try {
      for (let step = 0; step < this.steps(key); step++) {
        const until = performance.now() + this.ms;
        while (performance.now() < until);
        yield 100;
      }
    } finally {
      if (this.steps(key) > 0) this.open--;
    }
    return found(`${key} ${address}`);
  }

  give(key: string, { address }: { address: string }): ResolvedAddress {
    this.given.push(`${key} ${address}`);
    return found('[unknown]');
  }
}

function queueOf(slow: Slow, most = 1_000) {
  const named: string[] = [];
  const queue = new NamingQueue(slow, (key, address) => named.push(`${key} ${address}`), most);
  return { queue, named };
}

test('what is in memory is named at once, however many others read files', () => {
  const { queue, named } = queueOf(new Slow((key) => (key.startsWith('evil') ? 1_000 : 0)));
  for (let evil = 0; evil < 50; evil++) queue.add(`evil${evil}`, ['1', '2']);
  queue.add('good', ['3', '4-']);
  queue.serve(SLICE);
  queue.serve(SLICE);
  assert.deepEqual(named, ['good 3', 'good 4-']);
});

test('who has taken least is next, and few files are open', () => {
  const slow = new Slow((key) => (key === 'evil' ? 1_000 : 2), 1);
  const { queue, named } = queueOf(slow);
  queue.add('evil', ['1', '2']);
  queue.serve(SLICE);
  for (const key of ['a', 'b', 'c']) queue.add(key, ['1']);
  for (let slice = 0; slice < 8; slice++) queue.serve(SLICE);
  assert.deepEqual(named.sort(), ['a 1', 'b 1', 'c 1']);
  assert.ok(slow.mostOpen <= 3, 'two, and one that is only looked at');
});

test('a slice ends by its bytes, and by its time', () => {
  const { queue } = queueOf(new Slow(() => 1_000_000));
  queue.add('a', ['1']);
  queue.serve({ milliseconds: 10_000, bytes: 1_000 });
  const started = performance.now();
  queue.serve({ milliseconds: 30, bytes: Infinity });
  assert.ok(performance.now() - started < 1_000);
  assert.equal(queue.size, 1);
});

test('beyond the bound, and at the end, addresses are given up, each once', () => {
  const slow = new Slow(() => 1_000);
  const { queue, named } = queueOf(slow, 2);
  queue.add('a', ['1', '2', '3', '2']);
  queue.add('b', ['1']);
  assert.deepEqual(named, ['a 3', 'b 1']);
  queue.serve(SLICE);
  queue.giveUpAll();
  assert.deepEqual(named, ['a 3', 'b 1', 'a 1', 'a 2']);
  assert.deepEqual([queue.size, slow.open], [0, 0]);
  queue.add('a', ['1']);
  assert.equal(queue.size, 1);
});

test('everything is named in the end, each address once', () => {
  const { queue, named } = queueOf(new Slow((key) => Number(key)), 10_000);
  for (let process = 0; process < 30; process++)
    queue.add(String(process), ['1', '2', '3', '4', '5']);
  while (queue.size > 0) queue.serve(SLICE);
  assert.equal(named.length, 150);
  assert.equal(new Set(named).size, 150);
});

test('long names share a room: those that found some stay, the others are cut', () => {
  const names = new LongNames();
  const long = (at: number) => `${at}`.padEnd(65_536, 'x');
  const kept = Array.from({ length: 400 }, (_, at) => names.fit(long(at)));
  const total = kept.reduce((sum, { length }) => sum + length, 0);
  assert.ok(total < 20 * 2 ** 20, `${total}`);
  assert.equal(names.fit(long(0)), long(0), 'what was whole stays whole');
  assert.equal(names.fit('short'), 'short');
  assert.ok(names.fit(long(399)).length < 2_000);
});

test('an answer has each frame once', () => {
  const book = new AnswerBook(new LongNames());
  book.add('1:1', 'a', found('f'));
  book.add('1:1', 'b-', found('f'));
  book.add('2:1', 'a', found('g'));
  const { frames, symbols } = book.take(7, {});
  assert.deepEqual([frames.length, symbols], [2, { '1:1': { a: 0, 'b-': 0 }, '2:1': { a: 1 } }]);
  assert.equal(book.isEmpty, true);
});
