import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Accounting, describeLosses, formatCount } from '../../../src/core/accounting';

const tick = { fired: 0, recorded: 0, outside: 0, stackless: 0, full: false };

test('what fired is recorded, outside or lost', () => {
  const accounting = new Accounting();
  accounting.add({ ...tick, fired: 100, recorded: 60, outside: 30, stackless: 4 });
  const { fired, recorded, outside, lost, reasons } = accounting.totals;
  assert.deepEqual(
    { fired, recorded, outside, lost },
    { fired: 100, recorded: 60, outside: 30, lost: 10 },
  );
  assert.equal(reasons.stackless, 4);
  assert.equal(reasons.unread, 6);
});

test('samples missing from a full map are lost because it is full', () => {
  const accounting = new Accounting();
  accounting.add({ ...tick, fired: 10, recorded: 7, full: true });
  assert.equal(accounting.totals.reasons.mapFull, 3);
});

test('an entry seen before its counter is not counted twice', () => {
  const accounting = new Accounting();
  accounting.add({ ...tick, fired: 99, recorded: 100 });
  assert.equal(accounting.totals.fired, 100);
  accounting.add({ ...tick, fired: 101, recorded: 100 });
  const { fired, recorded, lost } = accounting.totals;
  assert.deepEqual({ fired, recorded, lost }, { fired: 200, recorded: 200, lost: 0 });
});

test('recorded + outside + lost = fired after every tick, whatever the ticks say', () => {
  const counts = fc.record({
    fired: fc.nat(10_000),
    recorded: fc.nat(10_000),
    outside: fc.nat(10_000),
    stackless: fc.nat(10_000),
    full: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(counts), (ticks) => {
      const accounting = new Accounting();
      let announced = 0;
      let seen = 0;
      for (const one of ticks) {
        accounting.add(one);
        announced += one.fired;
        seen += one.recorded + one.outside + one.stackless;
        const { fired, recorded, outside, lost, reasons } = accounting.totals;
        assert.equal(recorded + outside + lost, fired);
        assert.ok(fired >= announced || fired >= seen, 'nothing that fired is forgotten');
        assert.ok(Object.values(reasons).every((count) => count >= 0));
      }
    }),
  );
});

test('losses are described with their reasons', () => {
  const accounting = new Accounting();
  accounting.stacklessReason = 'collision';
  assert.equal(describeLosses(accounting.totals), '0 lost');
  accounting.add({ ...tick, fired: 1037, recorded: 1000, stackless: 30, full: true });
  assert.equal(describeLosses(accounting.totals), '37 lost (30 stack collisions, 7 map full)');
});

test('counts have commas whatever the locale', () => {
  assert.deepEqual([0, 999, 4012, 1234567].map(formatCount), ['0', '999', '4,012', '1,234,567']);
});
