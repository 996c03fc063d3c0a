import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import Ajv from 'ajv';
import fc from 'fast-check';
import type { CountedStack } from '../../../src/core/stack';
import { writeSpeedscope } from '../../../src/formats/speedscope';
import { sampleStacks } from '../../support/sampleStacks';
import { assertGolden } from '../../support/golden';
import { anyStacks, sumOf } from '../../support/hostileNames';

interface Profile {
  readonly name: string;
  readonly unit: string;
  readonly endValue: number;
  readonly samples: number[][];
  readonly weights: number[];
}

interface Document {
  readonly shared: { readonly frames: { name: string; file?: string }[] };
  readonly profiles: Profile[];
}

const schemaPath = 'speedscope/dist/release/file-format-schema.json';
const schema = readFileSync(createRequire(import.meta.url).resolve(schemaPath), 'utf8');
const validate = new Ajv().compile(JSON.parse(schema) as object);

function write(stacks: Iterable<CountedStack>): Document {
  const document = JSON.parse([...writeSpeedscope(stacks, 'a title')].join('')) as Document;
  assert.ok(validate(document), JSON.stringify(validate.errors));
  return document;
}

function namesOf({ shared }: Document, { samples, weights }: Profile): string[] {
  return samples.map((sample, i) => {
    return `${sample.map((frame) => shared.frames[frame]?.name).join(';')} ${weights[i]}`;
  });
}

test('the sample recording', () => {
  assertGolden('sample.speedscope.json', [...writeSpeedscope(sampleStacks(), 'sample')].join(''));
});

test('all processes first, then each by its samples, without its threads', () => {
  const process = (key: string): Pick<CountedStack, 'process'> => ({
    process: { key, tgid: parseInt(key), name: 'sh' },
  });
  const frames = [
    { symbol: '_Z4mainv', name: 'main()', module: '/bin/sh', kind: 'native' as const },
  ];
  const document = write([
    { frames, count: 2, tid: 8, ...process('8') },
    { frames, count: 3, tid: 7, ...process('7.2') },
    { frames, count: 4, tid: 9, ...process('7.2') },
    { frames: [], count: 1, tid: 9, ...process('7.2') },
  ]);
  const printed = document.profiles.map((each) => [
    each.name,
    each.unit,
    ...namesOf(document, each),
  ]);
  assert.deepEqual(printed, [
    ['all processes', 'none', 'sh (7.2) 1', 'sh (7.2);main() 7', 'sh (8);main() 2'],
    ['sh (7.2)', 'none', ' 1', 'main() 7'],
    ['sh (8)', 'none', 'main() 2'],
  ]);
  const main = document.shared.frames.find(({ name }) => name === 'main()');
  assert.equal(main?.file, '/bin/sh');
});

test('stacks of no process are one profile, named by the file', () => {
  const { profiles } = write([{ frames: [], count: 5 }]);
  assert.deepEqual(
    profiles.map(({ name, endValue }) => [name, endValue]),
    [['a title', 5]],
  );
});

test('a huge count is one sample with a weight', () => {
  const [profile] = write([{ frames: [], count: 2 ** 52 }]).profiles;
  assert.deepEqual([profile?.samples.length, profile?.weights], [1, [2 ** 52]]);
});

test('weights add up to the counts, in all and over the processes, and the schema holds', () => {
  fc.assert(
    fc.property(anyStacks, (stacks) => {
      const { profiles } = write(stacks);
      const totals = profiles.map(({ weights }) =>
        weights.reduce((sum, weight) => sum + weight, 0),
      );
      const [all = 0, ...each] = totals;
      assert.equal(all, sumOf(stacks));
      assert.equal(
        each.reduce((sum, total) => sum + total, 0),
        all,
      );
      assert.deepEqual(
        profiles.map(({ endValue }) => endValue),
        totals,
      );
    }),
  );
});
