import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { convert, TARGETS, type Target } from '../../../src/formats/convert';
import { readStacks } from '../../../src/formats/readStacks';
import { writeStackCountLog } from '../../../src/formats/stackCountLog';
import { pictureData } from '../flamegraph/pictures';
import { fixture } from '../../support/golden';
import { anyStacks, bytesOf, sumOf } from '../../support/hostileNames';

/** Sum of the counts of a result, as someone else would read it. */
function totalOf(text: string, target: Target): number {
  if (target === 'svg') return pictureData(text).count[0] ?? 0;
  if (target !== 'speedscope') return sumOf(readStacks(bytesOf(text)));
  const { profiles } = JSON.parse(text) as { profiles: { endValue: number }[] };
  return profiles[0]?.endValue ?? 0;
}

test('every sample of a recording is in every format, whatever the names', () => {
  fc.assert(
    fc.property(anyStacks, fc.constantFrom(...TARGETS), (stacks, target) => {
      const log = bytesOf(writeStackCountLog(stacks));
      assert.equal(totalOf(convert(log, target).text, target), sumOf(stacks));
    }),
  );
});

test('from folded to stack.bpf and back every sample is still there', () => {
  fc.assert(
    fc.property(anyStacks, (stacks) => {
      const folded = convert(bytesOf(writeStackCountLog(stacks)), 'folded').text;
      const bpf = convert(bytesOf(folded), 'bpftrace').text;
      assert.equal(sumOf(readStacks(bytesOf(convert(bytesOf(bpf), 'folded').text))), sumOf(stacks));
    }),
  );
});

test('real output of bpftrace has the same total in every format', () => {
  for (const version of ['0.17.0', '0.23.2', '0.27.1']) {
    const file = fixture(`bpftrace-${version}.txt`);
    const total = sumOf(readStacks(file));
    for (const target of TARGETS) assert.equal(totalOf(convert(file, target).text, target), total);
  }
});

test('names are demangled where people read them, not in stack.bpf', () => {
  const demangle = (symbol: string): string => symbol.replace('_Z3foov', 'foo()');
  const file = bytesOf('_Z3foov 3\n');
  const results = TARGETS.map((target) =>
    convert(file, target, { demangle }).text.includes('foo()'),
  );
  assert.deepEqual(results, [true, true, true, false]);
});

test('line ends, byte order marks and bytes that are no text change no count', () => {
  const file = Buffer.concat([
    Buffer.from('\ufeffa;\xff', 'latin1'),
    Buffer.from([0xfe]),
    Buffer.from(' 3\r\nb 4'),
  ]);
  for (const target of TARGETS) assert.equal(totalOf(convert(file, target).text, target), 7);
});

test('a stack 10,000 frames deep is converted', () => {
  const file = bytesOf(`${Array.from({ length: 10_000 }, (_, i) => `f${i}`).join(';')} 3\n`);
  for (const target of TARGETS) {
    const { text } = convert(file, target);
    assert.equal(totalOf(text, target), 3);
    if (target !== 'svg') assert.equal(text.match(/f\d+/g)?.length, 10_000);
  }
});

test('nothing is converted by halves', () => {
  const refusals: Record<string, RegExp> = {
    '': /^the file is empty$/,
    hello: /^"hello" begins no/,
    '{}': /^there are no stacks in it$/,
    '@[\na\n': /^line 1: /,
    'a 1\nb 2\nc': /^line 3: /,
    '{"1":{"name":"a","pids":{"2":{"3":{"trace":["0x1:a"],"count":1,':
      /^line 1: .*end of the file$/,
  };
  for (const [text, message] of Object.entries(refusals)) {
    for (const target of TARGETS) {
      assert.throws(() => convert(bytesOf(text), target), { name: 'FormatError', message }, text);
    }
  }
});
