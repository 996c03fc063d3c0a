import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SmallMap } from '../../../src/core/smallMap';

const key = fc.integer({ min: 0, max: 3 });
const step = fc.oneof(
  fc.record({ does: fc.constant('set' as const), key, value: fc.option(fc.nat()) }),
  fc.record({ does: fc.constant('delete' as const), key }),
);

test('whatever is set and deleted, it answers as a Map does', () => {
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const map = new Map<number, number | null>();
      const small = new SmallMap<number, number | null>();
      for (const one of steps) {
        if (one.does === 'set') {
          map.set(one.key, one.value);
          small.set(one.key, one.value);
        } else assert.equal(small.delete(one.key), map.delete(one.key));
        assert.deepEqual([...small], [...map]);
        assert.deepEqual([...small.keys()], [...map.keys()]);
        assert.deepEqual([...small.values()], [...map.values()]);
        assert.equal(small.size, map.size);
        for (const asked of [0, 1, 2, 3]) {
          assert.equal(small.get(asked), map.get(asked));
          assert.equal(small.has(asked), map.has(asked));
        }
      }
    }),
  );
});
