/**
 * A slice of `npm run fuzz`, the same in every run, and what earlier runs found: see test/fuzz/ and
 * test/fixtures/fuzz/found/, where a file is called `<target>~<what was wrong>`.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fuzz, problemWith } from '../../fuzz/fuzzer';
import { TARGETS } from '../../fuzz/targets';

const FOUND = 'test/fixtures/fuzz/found';
const SECONDS_EACH = 3;

const fileName = (target: string): string => target.replaceAll(' ', '-');

for (const target of TARGETS) {
  describe(target.name, () => {
    test('damaged inputs: no exception, no hang, no count lost', () => {
      const { finding, cases } = fuzz(target, { seed: 1, seconds: SECONDS_EACH });
      assert.equal(finding?.problem, undefined, `--only "${target.name}" --seed ${finding?.seed}`);
      assert.ok(cases > 20, `${cases} cases`);
    });

    const found = readdirSync(FOUND).filter((name) => name.startsWith(`${fileName(target.name)}~`));
    for (const name of found)
      test(name, () => {
        assert.equal(problemWith(target, readFileSync(`${FOUND}/${name}`)), undefined);
      });
  });
}
