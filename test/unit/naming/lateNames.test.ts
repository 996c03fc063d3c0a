/** Names that come after their tick was counted: the recording ends up as if they had been in time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Answers, AskedAddress, LifeKey, SourceEvent } from '../../../src/ticks/events';
import { formatEvent, readEvent } from '../../../src/sources/captureFile';
import { LateNames } from '../../../src/naming/lateNames';
import { Session } from '../../../src/ticks/session';
import type { StackRecord } from '../../../src/core/profile';
import { writeStackCountLog } from '../../../src/formats/stackCountLog';

const USER = { stacks: 'user', keys: 1000, maxStacks: 1000 } as const;
const KEY = '10:5';

interface Sample {
  readonly tid: number;
  /** Addresses, leaf first. */
  readonly stack: readonly number[];
  readonly count: number;
}

/** Eight addresses in four functions, one of which nothing explains. */
function nameOf(address: AskedAddress): Answers['frames'][number] {
  const name = `f${parseInt(address, 16) % 4}`;
  return name === 'f3' ? ['[unknown]', '[unknown]', '/x', 'native'] : [name, name, '/x', 'native'];
}

function answers(tick: number, asked: readonly AskedAddress[]): Answers {
  const symbols = { [KEY]: Object.fromEntries(asked.map((address, at) => [address, at])) };
  return { tick, names: {}, frames: asked.map(nameOf), symbols };
}

function tickLines(tick: number, samples: readonly Sample[]): string[] {
  const lines = samples.flatMap(({ tid, stack, count }) => [
    `@a[10, ${tid}, 5, `,
    ...stack.map((address) => address.toString(16)),
    `]: ${count}`,
  ]);
  return [`TICK a ${tick + 2}000000000`, ...lines, 'TOCK a'];
}

/** Feeds ticks; `isLate` says of each question whether it is answered at once, or after the next tick. */
class Run {
  readonly events: SourceEvent[] = [];
  readonly merged = new Map<StackRecord, StackRecord>();
  readonly session: Session;
  #late = new Map<LifeKey, Set<AskedAddress>>([[KEY, new Set()]]);

  constructor(isLate: (address: AskedAddress) => boolean) {
    this.session = new Session(USER, {
      onRequest: ({ tick, addresses }) => {
        const asked = addresses.get(KEY) ?? [];
        const now = asked.filter((address) => !isLate(address));
        for (const address of asked) if (!now.includes(address)) this.#late.get(KEY)?.add(address);
        this.feed({ kind: 'answers', answers: answers(tick, now) });
      },
      onMerged: (merged) => merged.forEach((into, stack) => this.merged.set(stack, into)),
    });
    const start = ['READY 1000000000', 'PROCESS 10 5 x\\x00', 'END 10'];
    for (const line of start) this.feed({ kind: 'output', line });
  }

  feed(event: SourceEvent): void {
    this.events.push(event);
    this.session.feed(event);
  }

  tick(tick: number, samples: readonly Sample[]): void {
    for (const line of tickLines(tick, samples)) this.feed({ kind: 'output', line });
    this.feed({ kind: 'output', line: `TICK b ${tick + 2}500000000` });
    this.feed({ kind: 'output', line: 'TOCK b' });
  }

  /** The late names, but for those that come even later. */
  tell(tick: number, stays: (address: AskedAddress) => boolean = () => false): void {
    const late = [...(this.#late.get(KEY) ?? [])].filter((address) => !stays(address));
    for (const address of late) this.#late.get(KEY)?.delete(address);
    this.feed({ kind: 'names', answers: answers(tick, late) });
  }

  end(): string {
    this.feed({ kind: 'end', status: 0 });
    return this.log;
  }

  get log(): string {
    return [...writeStackCountLog(this.session.profile.countedStacks())].join('');
  }

  /** `10 f0 < f1 7`, in order: without addresses, which depend on what was merged when. */
  get dump(): string[] {
    return [...this.session.profile.countedStacks()]
      .map(({ tid, frames, count }) => `${tid} ${frames.map((f) => f.symbol).join(' < ')} ${count}`)
      .sort();
  }

  get sum(): number {
    return [...this.session.profile.countedStacks()].reduce((all, { count }) => all + count, 0);
  }
}

const sample = fc.record({
  tid: fc.integer({ min: 10, max: 12 }),
  stack: fc.array(fc.integer({ min: 0x400, max: 0x407 }), { minLength: 1, maxLength: 3 }),
  count: fc.integer({ min: 1, max: 5 }),
});

test('in whatever order names come, the recording is what it would have been, and replays so', () => {
  const ticks = fc.array(fc.array(sample, { maxLength: 5 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(ticks, fc.infiniteStream(fc.boolean()), (all, chance) => {
      const flip = () => chance.next().value === true;
      const [late, prompt] = [new Run(flip), new Run(() => false)];
      let counted = 0;
      all.forEach((samples, tick) => {
        late.tick(tick, samples);
        prompt.tick(tick, samples);
        counted += samples.reduce((total, { count }) => total + count, 0);
        assert.equal(late.sum, counted);
        late.tell(tick, flip);
        assert.equal(late.sum, counted);
      });
      late.tell(all.length);
      const log = late.end();
      prompt.end();
      assert.deepEqual(late.dump, prompt.dump);
      assert.equal(late.sum, late.session.totals.recorded);
      assert.equal(replayed(late.events), log);
    }),
  );
});

/** The log of a session that is fed what a capture file makes of the events. */
function replayed(events: readonly SourceEvent[]): string {
  const session = new Session(USER, {});
  events.forEach((event, at) => session.feed(readEvent(formatEvent(event), at + 2)));
  return [...writeStackCountLog(session.profile.countedStacks())].join('');
}

test('until its name comes a stack is counted under its addresses', () => {
  const run = new Run(() => true);
  const one = { tid: 10, stack: [0x400], count: 2 };
  run.tick(0, [one, { ...one, stack: [0x404], count: 3 }, { ...one, stack: [0x401], count: 1 }]);
  assert.deepEqual(run.dump, ['10 [unknown] 1', '10 [unknown] 2', '10 [unknown] 3']);
  assert.match(run.log, /0x000400:\[unknown\]/);
  run.tell(0);
  assert.deepEqual(run.dump, ['10 f0 5', '10 f1 1']);
  assert.match(run.log, /0x000404:f0/, 'at the address that was seen most');
  assert.equal(run.merged.size, 1);
});

test('what never gets a name is one unknown frame when the recording ends', () => {
  const run = new Run(() => true);
  run.tick(0, [
    { tid: 10, stack: [0x400], count: 2 },
    { tid: 10, stack: [0x401], count: 3 },
  ]);
  assert.equal(run.session.profile.entries, 2);
  run.end();
  assert.deepEqual(run.dump, ['10 [unknown] 5']);
});

test('a process that is not seen any more still gets its names', () => {
  const run = new Run((address) => address.startsWith('400'));
  run.tick(0, [{ tid: 10, stack: [0x400], count: 2 }]);
  for (let tick = 1; tick < 70; tick++) run.tick(tick, []);
  run.tell(70);
  assert.deepEqual(run.dump, ['10 f0 2']);
});

test('a damaged line of names is refused as one of answers is', () => {
  for (const line of ['N {}', 'N [1]', 'N {"tick":0,"names":{},"frames":[1],"symbols":{}}', 'N x'])
    assert.throws(() => readEvent(line, 7), /line 7 holds/);
  const notice = { kind: 'notice', text: 'Something.' } as const;
  assert.deepEqual(readEvent(formatEvent(notice), 2), notice);
});

test('late names come by themselves, and at the end what cannot be named soon is given up', async () => {
  const told: number[] = [];
  let left = 3;
  const name = (tick: number): Answers => ({ tick, names: {}, frames: [], symbols: {} });
  const namer = {
    get isLate() {
      return left > 0;
    },
    more: () => name(left--),
    giveUp: () => (left > 0 ? name(-left) : undefined),
  };
  const late = new LateNames(namer, ({ tick }) => told.push(tick));
  late.expect();
  while (left > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.deepEqual(told, [3, 2, 1]);
  left = Infinity;
  late.expect();
  const started = performance.now();
  await late.finish();
  assert.ok(performance.now() - started < 1_000);
  assert.equal(told.at(-1), -Infinity);
  late.expect();
  const { length } = told;
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(told.length, length);
});
