import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Answers, TickRequest } from '../../../src/ticks/events';
import { Session, type CompletedTick } from '../../../src/ticks/session';
import type { Profile } from '../../../src/core/profile';

const BOTH = { stacks: 'both', keys: 1000, maxStacks: 1000 } as const;

/** A session that is asked nothing it does not know: every address is named by `name`. */
function run(text: string, name: (address: string) => string | undefined = (a) => `f_${a}`) {
  const ticks: CompletedTick[] = [];
  const requests: TickRequest[] = [];
  const session: Session = new Session(BOTH, {
    onTick: (tick) => ticks.push(tick),
    onRequest: (request) => {
      requests.push(request);
      session.feed({ kind: 'answers', answers: answer(request, name) });
    },
  });
  for (const line of text.split('\n')) session.feed({ kind: 'output', line });
  return { session, ticks, requests };
}

function answer(request: TickRequest, name: (address: string) => string | undefined): Answers {
  const frames: Answers['frames'][number][] = [];
  const symbols: Record<string, Record<string, number>> = {};
  for (const [key, addresses] of request.addresses) {
    const entries = addresses.map((address) => {
      const symbol = name(address);
      frames.push(
        symbol === undefined
          ? ['[unknown]', '[unknown]', '', 'unknown']
          : [symbol, symbol, '/x', 'native'],
      );
      return [address, frames.length - 1] as const;
    });
    symbols[key] = Object.fromEntries(entries);
  }
  return {
    tick: request.tick,
    names: Object.fromEntries(request.names.map((key) => [key, 'late'])),
    frames,
    symbols,
  };
}

function dump(profile: Profile): string[] {
  return [...profile.countedStacks()]
    .map(({ process, tid, frames, count }) => {
      const stack = frames.map(({ symbol }) => symbol).join(' < ');
      return `${process?.name}(${process?.key})/${tid} ${stack} ${count}`;
    })
    .sort();
}

const KNOWN = `READY 1000000000
PROCESS 10 5 known\\x00
END 10
TICK a 2000000000
@fired_a: 7
@outside_a: 0
@a[10, 10, 5, 
	ffffffff81000001 read+1
, 
400
500
]: 3
@a[10, 11, 5, 
, 
401
500
]: 4
TOCK a`;

test('user and kernel frames are joined, the kernel on the leaf side', () => {
  const { session, ticks } = run(KNOWN);
  assert.deepEqual(dump(session.profile), [
    'known(10)/10 read < f_400 < f_500- 3',
    'known(10)/11 f_401 < f_500- 4',
  ]);
  assert.equal(ticks[0]?.seconds, 1);
  assert.equal(ticks[0]?.totals.fired, 7);
});

test('samples that differ only in the instruction are one stack, with the address seen most', () => {
  const more = KNOWN.replace(
    '@a[10, 11, 5, \n, \n401\n',
    '@a[10, 10, 5, \n\tffffffff81000009 read+9\n, \n400\n',
  );
  const { session } = run(more);
  const [entry, ...others] = [...session.profile.countedStacks()];
  assert.equal(others.length, 0);
  assert.equal(entry?.count, 7);
  assert.deepEqual(entry?.addresses, ['ffffffff81000009', '400', '500']);
});

test('exec and a reused pid begin a new process, whose name came with its first sample', () => {
  const { session } = run(`${KNOWN}
PROCESS 10 6 cc1\\x00
END 10
TICK b 3000000000
@fired_b: 2
@b[10, 10, 6, 
, 
400
]: 2
TOCK b`);
  assert.deepEqual(dump(session.profile).slice(0, 1), ['cc1(10.2)/10 f_400 2']);
});

test('a process that was never announced is asked for by name', () => {
  const { session, requests } = run(
    `${KNOWN.replace('PROCESS 10 5 known\\x00\nEND 10\n', '')}\nTICK b 3`,
  );
  assert.deepEqual(requests[0]?.names, ['10:5']);
  assert.ok(dump(session.profile)[0]?.startsWith('late(10)'));
});

test('what nobody can explain is asked again later, and counted meanwhile', () => {
  const tick = (slot: string, at: number, fired: number): string => `TICK ${slot} ${at}000000000
@fired_${slot}: ${fired}
@${slot}[10, 10, 5, 
, 
999
]: 1
TOCK ${slot}`;
  const text = ['READY 1000000000', 'PROCESS 10 5 jit\\x00\nEND 10'];
  for (let at = 2; at < 40; at++) text.push(tick(at % 2 ? 'b' : 'a', at, Math.floor(at / 2)));
  let asked = 0;
  const { session } = run(text.join('\n'), () => (++asked > 2 ? 'compiled' : undefined));
  assert.equal(asked, 3);
  assert.deepEqual(dump(session.profile), ['jit(10)/10 [unknown] 3', 'jit(10)/10 compiled 35']);
  assert.equal(session.totals.lost, 0);
});

test('entries without a stack are lost, of a colliding bpftrace because of collisions', () => {
  const session = new Session(BOTH, {});
  session.feed({ kind: 'message', line: 'S HELLO 1 0.17.0 x86_64' });
  const text = 'READY 1\nTICK a 1000000001\n@fired_a: 9\n@a[1, 1, 1, , ]: 9\nTOCK a\nTICK b 2';
  for (const line of text.split('\n')) session.feed({ kind: 'output', line });
  session.feed({
    kind: 'answers',
    answers: { tick: 0, names: { '1:1': 'x' }, frames: [], symbols: {} },
  });
  assert.equal(session.totals.reasons.collision, 9);
});

test('the gap of a renewal is estimated from the rate before it, and shown as lost', () => {
  const { session } = run(KNOWN);
  session.feed({ kind: 'renewal' });
  for (const line of ['FINAL 2500000000', '@fired_a: 7', '', 'EXIT 0', 'READY 3000000000']) {
    session.feed({ kind: 'output', line });
  }
  assert.equal(session.totals.reasons.renewal, 4);
  assert.equal(session.totals.fired, 11);
});

test('a tick that was not completed is not counted', () => {
  const { session } = run(KNOWN.replace('\nTOCK a', '\n\nEXIT 137'));
  assert.equal(session.totals.fired, 0);
  assert.equal([...session.profile.countedStacks()].length, 0);
});

/** Any recording that a bpftrace could print: entries per tick, some lost between map and counter. */
const recordings = fc.array(
  fc.record({
    entries: fc.array(
      fc.record({
        tgid: fc.integer({ min: 1, max: 4 }),
        tid: fc.integer({ min: 1, max: 4 }),
        life: fc.nat(2),
        kernel: fc.array(fc.nat(5), { maxLength: 3 }),
        user: fc.array(fc.nat(5), { maxLength: 3 }),
        count: fc.integer({ min: 1, max: 50 }),
      }),
    ),
    dropped: fc.nat(5),
    outside: fc.nat(5),
  }),
  { maxLength: 8 },
);

test('every sample that fired is recorded, outside or lost, at every tick', () => {
  fc.assert(
    fc.property(recordings, (ticks) => {
      const fired = { a: 0, b: 0 };
      const outside = { a: 0, b: 0 };
      const lines = ['READY 0'];
      let total = 0;
      ticks.forEach(({ entries, dropped, outside: out }, at) => {
        const slot = at % 2 === 0 ? 'a' : 'b';
        const sum = entries.reduce((all, { count }) => all + count, 0) + dropped + out;
        fired[slot] += sum;
        outside[slot] += out;
        total += sum;
        lines.push(`TICK ${slot} ${(at + 1) * 1e9}`, `@fired_${slot}: ${fired[slot]}`);
        lines.push(`@outside_${slot}: ${outside[slot]}`);
        for (const entry of entries) {
          lines.push(`@${slot}[${entry.tgid}, ${entry.tid}, ${entry.life}, `);
          for (const address of entry.kernel)
            lines.push(`\tffffffff8100000${address} k${address}+1`);
          lines.push(', ', ...entry.user.map((address) => `40${address}`), `]: ${entry.count}`);
        }
        lines.push(`TOCK ${slot}`, `@flip: ${at % 2}`);
      });
      lines.push('EXIT 0');
      const { session, ticks: counted } = run(lines.join('\n'));
      assert.equal(counted.length, ticks.length);
      for (const { totals } of counted) {
        assert.equal(totals.recorded + totals.outside + totals.lost, totals.fired);
      }
      assert.equal(session.totals.fired, total);
      const inProfile = [...session.profile.countedStacks()].reduce(
        (all, { count }) => all + count,
        0,
      );
      assert.equal(inProfile, session.totals.recorded);
    }),
  );
});

test('a tick waits for the announcement that comes through another buffer, but not for ever', () => {
  const late = KNOWN.replace('PROCESS 10 5 known\\x00\nEND 10\n', '');
  const { session, requests } = run(`${late}\n@flip: 1\nPROCESS 10 5 known\\x00\nEND 10`);
  assert.deepEqual(requests[0]?.names, []);
  assert.ok(dump(session.profile)[0]?.startsWith('known(10)'));
});

test('a process that comes back after minutes is asked about again, and goes on in its entry', () => {
  const pause = Array.from({ length: 70 }, (_, at) => emptyTick(at + 3)).join('\n');
  const again = KNOWN.slice(KNOWN.indexOf('TICK')).replace('a 2000000000', 'a 80000000000');
  const more = again.replace('@fired_a: 7', '@fired_a: 14');
  const { session, requests } = run(`${KNOWN}\n${pause}\n${more}`);
  assert.deepEqual(dump(session.profile), [
    'known(10)/10 read < f_400 < f_500- 6',
    'known(10)/11 f_401 < f_500- 8',
  ]);
  const [first, second, ...others] = requests.map(({ addresses }) => [...addresses]);
  assert.deepEqual(second, first);
  assert.equal(others.length, 0);
});

/** Of second `at`, in which nothing ran. */
function emptyTick(at: number): string {
  const slot = at % 2 === 0 ? 'a' : 'b';
  return `TICK ${slot} ${at}000000000\n@fired_a: 7\nTOCK ${slot}`;
}

test('answers that never come hold nothing up: the next ones let the tick go', () => {
  const unanswered: TickRequest[] = [];
  const ticks: CompletedTick[] = [];
  const session: Session = new Session(BOTH, {
    onTick: (tick) => ticks.push(tick),
    onRequest: (request) => void unanswered.push(request),
  });
  const later = KNOWN.slice(KNOWN.indexOf('TICK')).replaceAll('400', '600');
  for (const line of `${KNOWN}\n${later}`.split('\n')) session.feed({ kind: 'output', line });
  const [first, second] = unanswered;
  assert.ok(first && second);
  assert.equal(ticks.length, 0);
  session.feed({ kind: 'answers', answers: answer(second, (a) => a) });
  assert.deepEqual(
    ticks.map(({ totals }) => totals.recorded),
    [7, 14],
  );
  // What was never answered is asked again, and then it is named.
  const again = KNOWN.slice(KNOWN.indexOf('TICK'));
  for (const line of `${again}\nTICK a 1`.split('\n')) session.feed({ kind: 'output', line });
  const [third] = unanswered.slice(2);
  assert.deepEqual(third?.addresses.get('10:5'), ['400']);
});

test('a process that was idle is still known to a tick that waits while it is forgotten', () => {
  const requests: TickRequest[] = [];
  const session: Session = new Session(BOTH, {
    onRequest: (request) => {
      requests.push(request);
      if (requests.length !== 2)
        session.feed({ kind: 'answers', answers: answer(request, (a) => `f_${a}`) });
    },
  });
  const pause = Array.from({ length: 59 }, (_, at) => emptyTick(at + 3)).join('\n');
  const known = KNOWN.slice(KNOWN.indexOf('TICK')).replace('@fired_a: 7', '@fired_a: 21');
  const stranger = '@a[10, 10, 5, \n, \n999\n]: 7\nTOCK a';
  const waits = known.replace('TOCK a', stranger);
  const text = `${KNOWN}\n${pause}\n${waits}\n${emptyTick(70)}\n${emptyTick(71)}`;
  for (const line of text.split('\n')) session.feed({ kind: 'output', line });
  const [, asked] = requests;
  assert.deepEqual(asked?.addresses.get('10:5'), ['999']);
  session.feed({ kind: 'answers', answers: answer(asked, (a) => `f_${a}`) });
  assert.deepEqual(dump(session.profile), [
    'known(10)/10 f_999 7',
    'known(10)/10 read < f_400 < f_500- 6',
    'known(10)/11 f_401 < f_500- 8',
  ]);
});
