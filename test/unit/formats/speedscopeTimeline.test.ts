import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import Ajv from 'ajv';
import fc from 'fast-check';
import type { InternedFrame } from '../../../src/core/frame';
import { Profile, type StackRecord } from '../../../src/core/profile';
import { Timeline } from '../../../src/core/timeline';
import { writeTimeline } from '../../../src/formats/speedscopeTimeline';
import { anyName } from '../../support/hostileNames';

interface Document {
  readonly name: string;
  readonly shared: { readonly frames: { name: string; file?: string }[] };
  readonly profiles: { name: string; endValue: number; samples: number[][]; weights: number[] }[];
}

const schemaPath = 'speedscope/dist/release/file-format-schema.json';
const schema = readFileSync(createRequire(import.meta.url).resolve(schemaPath), 'utf8');
const validate = new Ajv().compile(JSON.parse(schema) as object);

/** A recording, tick by tick. */
class Recorded {
  readonly profile = new Profile(1_000);
  readonly timeline = new Timeline<StackRecord>();

  frames(...names: string[]): InternedFrame[] {
    const module = '/usr/bin/x';
    return names.map((name) =>
      this.profile.frames.intern({ symbol: name, name, module, kind: 'native' }),
    );
  }

  tick(...added: [StackRecord, number][]): void {
    for (const [stack, count] of added) this.profile.add(stack, 1, count);
    this.timeline.add(new Map(added));
  }

  write(): Document {
    const document = JSON.parse([...writeTimeline(this.timeline.spans, 'a title')].join(''));
    assert.ok(validate(document), JSON.stringify(validate.errors));
    return document as Document;
  }
}

/** `name;name count`, in the order of the profile. */
function printed({ shared, profiles }: Document): Record<string, string[]> {
  const lines = ({ samples, weights }: Document['profiles'][number]) =>
    samples.map((sample, i) => {
      return `${sample.map((frame) => shared.frames[frame]?.name).join(';')} ${weights[i]}`;
    });
  return Object.fromEntries(profiles.map((each) => [each.name, lines(each)]));
}

test('in the order of time, by name within a tick; all processes first, then the busiest', () => {
  const recorded = new Recorded();
  const sh = recorded.profile.addProcess(7, 'sh');
  const node = recorded.profile.addProcess(9, 'node');
  const read = recorded.profile.stack(sh, recorded.frames('read', 'main'));
  const idle = recorded.profile.stack(sh, recorded.frames('main'));
  const run = recorded.profile.stack(node, recorded.frames('run', 'main'));
  recorded.tick([read, 3], [idle, 1], [run, 20]);
  recorded.tick([read, 2]);
  const document = recorded.write();
  assert.deepEqual(printed(document), {
    'all processes': [
      'node (9);main;run 20',
      'sh (7);main 1',
      'sh (7);main;read 3',
      'sh (7);main;read 2',
    ],
    'node (9)': ['main;run 20'],
    'sh (7)': ['main 1', 'main;read 3', 'main;read 2'],
  });
  assert.deepEqual(
    document.profiles.map(({ endValue }) => endValue),
    [26, 20, 6],
  );
  const main = document.shared.frames.find(({ name }) => name === 'main');
  assert.equal(main?.file, '/usr/bin/x');
});

test('a stack without frames, and names that would hide something', () => {
  const recorded = new Recorded();
  const process = recorded.profile.addProcess(7, 'a\u202eb"]}');
  recorded.tick([recorded.profile.stack(process, []), 4]);
  recorded.tick([recorded.profile.stack(process, recorded.frames('\u001b[2J</script>')), 1]);
  assert.deepEqual(printed(recorded.write()), {
    'all processes': ['a\\u202eb"]} (7) 4', 'a\\u202eb"]} (7);\\x1b[2J</script> 1'],
    'a\\u202eb"]} (7)': [' 4', '\\x1b[2J</script> 1'],
  });
});

test('nothing recorded is a document, too', () => {
  assert.deepEqual(printed(new Recorded().write()), { 'all processes': [] });
});

test('totals are those of the recording, whatever names there are, in pieces or at once', () => {
  const stack = fc.record({
    process: fc.nat(3),
    names: fc.array(anyName, { maxLength: 5 }),
    count: fc.integer({ min: 1, max: 2 ** 40 }),
  });
  fc.assert(
    fc.property(fc.array(fc.array(stack, { maxLength: 8 }), { maxLength: 8 }), (ticks) => {
      const recorded = new Recorded();
      const owners = ['sh', 'sh', 'node', ''].map((name, i) =>
        recorded.profile.addProcess(i + 1, name),
      );
      for (const tick of ticks) {
        const added = new Map<StackRecord, number>();
        for (const { process, names, count } of tick) {
          const owner = owners[process];
          assert.ok(owner);
          const record = recorded.profile.stack(owner, recorded.frames(...names));
          added.set(record, (added.get(record) ?? 0) + count);
        }
        recorded.tick(...added);
      }
      const { profiles } = recorded.write();
      const [all, ...each] = profiles.map(({ weights }) =>
        weights.reduce((sum, weight) => sum + weight, 0),
      );
      const expected = owners.map(({ count }) => count).filter((count) => count > 0);
      assert.equal(
        all,
        expected.reduce((sum, count) => sum + count, 0),
      );
      assert.deepEqual(
        each,
        expected.sort((a, b) => b - a),
      );
      assert.deepEqual(
        profiles.map(({ endValue }) => endValue),
        [all, ...each],
      );
    }),
  );
});

test('thousands of samples come in pieces that together are one document', () => {
  const recorded = new Recorded();
  const process = recorded.profile.addProcess(1, 'many');
  const stacks = Array.from({ length: 2_500 }, (_, i) =>
    recorded.profile.stack(process, recorded.frames(`f${i}`)),
  );
  recorded.tick(...stacks.map((each): [StackRecord, number] => [each, 1]));
  const pieces = [...writeTimeline(recorded.timeline.spans, 'many')];
  assert.ok(
    pieces.every(({ length }) => length < 100_000),
    'no piece is large',
  );
  assert.equal(recorded.write().profiles[0]?.samples.length, 2_500);
});
