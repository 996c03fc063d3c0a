/** What counts as a silence of bpftrace, and what does not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Silence } from '../../../src/ticks/events';
import { LOOK_MS, Watchdog } from '../../../src/sources/watchdog';

/** A recording whose seconds go by as the test says: what is printed in each, and what is noticed. */
class Machine {
  now = 0;
  busy: number | undefined = 0;
  readonly watchdog: Watchdog;

  constructor({ tick = 1, hz = 99 } = {}) {
    this.watchdog = new Watchdog(
      { tick, hz },
      () => this.now,
      () => this.busy,
    );
    this.say('READY 1000000000');
  }

  say(...lines: string[]): void {
    for (const line of lines) this.watchdog.see(line);
  }

  /** @returns the first silence that a look each second finds, and after how many of them */
  go(seconds: number, each: (second: number) => void): (Silence & { after: number }) | undefined {
    for (let second = 1; second <= seconds; second++) {
      this.now += LOOK_MS;
      each(second);
      const silence = this.watchdog.look();
      if (silence) return { ...silence, after: second };
    }
    return undefined;
  }
}

const tick = (slot = 'a'): string[] => [`TICK ${slot} 1`, `TOCK ${slot}`, '@flip: 1'];
/** As sample.bt prints it: with a map, or bpftrace would hold it back. */
const beat = (sample: number): string[] => [`BEAT 1 ${sample}`, '@flip: 1', ''];

test('a recording that gives data is never silent', () => {
  const machine = new Machine();
  machine.busy = 1e6;
  assert.equal(
    machine.go(60, (second) => machine.say(...tick(), ...beat(second))),
    undefined,
  );
});

test('no line for 5 s, and how long it has been since', () => {
  const machine = new Machine();
  machine.go(3, () => machine.say(...tick(), ...beat(1)));
  assert.deepEqual(
    machine.go(9, () => {}),
    { missing: 'output', seconds: 5, after: 5 },
  );
  assert.deepEqual(
    machine.go(1, () => {}),
    { missing: 'output', seconds: 6, after: 1 },
  );
});

test('a heart that beats and no tick: 5 s, or 5 ticks where those are longer', () => {
  for (const [tick, after] of [
    [1, 5],
    [2, 10],
    [10, 50],
  ] as const) {
    const machine = new Machine({ tick });
    const silence = machine.go(60, (second) => machine.say(...beat(second)));
    assert.deepEqual(silence, { missing: 'ticks', seconds: after, after });
  }
});

test('new processes whose mappings are printed hold a tick up, but not for ever', () => {
  const machine = new Machine();
  const silence = machine.go(60, (second) => {
    machine.say(`PROCESS ${second} 5 cc1`, '5636423c5000-5636423c6000 r-xp', `END ${second}`);
    machine.say(...beat(second));
  });
  assert.deepEqual(silence, { missing: 'ticks', seconds: 30, after: 30 });
});

test('a map that takes long to print is no missing tick', () => {
  const machine = new Machine();
  machine.say('TICK a 1');
  assert.equal(
    machine.go(20, (second) => machine.say(`@a[1, 1, 5, ]: ${second}`, ...beat(second))),
    undefined,
  );
});

test('probes that no longer fire are missed when the CPUs were busy for 100 samples', () => {
  for (const { hz, busyMs, after } of [
    { hz: 99, busyMs: 1_000, after: 7 },
    { hz: 99, busyMs: 100, after: 13 },
    { hz: 99, busyMs: 0, after: undefined },
    // In a machine that is busy for a tenth of the time a sample a second may well miss it.
    { hz: 1, busyMs: 100, after: undefined },
    { hz: 999, busyMs: 100, after: 7 },
  ]) {
    const machine = new Machine({ hz });
    const silence = machine.go(30, () => {
      machine.busy = (machine.busy ?? 0) + busyMs;
      machine.say(...tick(), ...beat(7));
    });
    assert.equal(silence?.after, after, `${hz} Hz, ${busyMs} ms a second`);
    if (silence) assert.equal(silence.missing, 'samples');
  }
});

test('where nobody knows how busy the CPUs are, samples are not missed', () => {
  const machine = new Machine();
  machine.busy = undefined;
  assert.equal(
    machine.go(20, () => machine.say(...tick(), ...beat(7))),
    undefined,
  );
});

test('nothing is missed before READY, after EXIT, in a pause, and after a sleep of the machine', () => {
  const silent = (prepare: (machine: Machine) => void): unknown => {
    const machine = new Machine();
    machine.go(2, () => machine.say(...tick()));
    prepare(machine);
    return machine.go(4, () => {});
  };
  assert.equal(
    silent(({ watchdog }) => watchdog.rest()),
    undefined,
  );
  assert.equal(
    silent((machine) => {
      machine.go(4, () => {});
      machine.watchdog.forgive();
    }),
    undefined,
  );
  const ended = new Machine();
  ended.watchdog.rest();
  ended.say('FINAL 1', 'EXIT 0');
  assert.equal(
    ended.go(60, () => {}),
    undefined,
  );
  const unready = new Watchdog(
    { tick: 1, hz: 99 },
    () => 1e9,
    () => 0,
  );
  assert.equal(unready.look(), undefined);
});

test('a bpftrace that died without an order, and nobody says EXIT: it is missed', () => {
  const machine = new Machine();
  assert.equal(machine.go(60, () => {})?.after, 5);
});

test('a time in which we did not run is forgiven, and what is missing after it is not', () => {
  const machine = new Machine();
  machine.go(4, () => {});
  machine.now += 60_000;
  assert.equal(machine.watchdog.look(), undefined);
  assert.equal(machine.go(9, () => {})?.after, 5);
});

test('one that attaches its probes is looked at from its start', () => {
  const machine = new Machine();
  machine.watchdog.rest();
  machine.now += 3_600_000;
  machine.watchdog.attach();
  assert.equal(machine.go(9, () => {})?.after, 5);
  machine.say('READY 2');
  assert.equal(
    machine.go(4, () => {}),
    undefined,
  );
});

test('nothing is missed between the end of a run and the start of the next', () => {
  const machine = new Machine();
  machine.watchdog.renew();
  machine.say('EXIT 0');
  assert.equal(
    machine.go(60, () => {}),
    undefined,
  );
  // It was a renewal: the silence has lasted since before it.
  machine.watchdog.attach();
  assert.equal(machine.go(1, () => {})?.seconds, 61);
});

test('through a renewal it goes on until the next READY', () => {
  const machine = new Machine();
  machine.go(3, () => machine.say(...tick()));
  machine.watchdog.renew();
  machine.say('FINAL 1', 'EXIT 0');
  machine.watchdog.attach();
  assert.deepEqual(
    machine.go(9, () => {}),
    { missing: 'output', seconds: 5, after: 5 },
  );
  machine.say('READY 2');
  assert.equal(
    machine.go(4, () => {}),
    undefined,
  );
});
