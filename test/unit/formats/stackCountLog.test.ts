import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CountedStack } from '../../../src/core/stack';
import { readStackCountLog, writeStackCountLog } from '../../../src/formats/stackCountLog';
import { assertGolden, fixture } from '../../support/golden';
import { anyStacks, asIs, bytesOf, sumOf, together } from '../../support/hostileNames';
import { sampleStacks } from '../../support/sampleStacks';

const write = (stacks: Iterable<CountedStack>): string => [...writeStackCountLog(stacks)].join('');
const read = (text: string): CountedStack[] => [...readStackCountLog(bytesOf(text), asIs)];

test('a recording is written in the shape of the ancestor', () => {
  const stacks = sampleStacks().filter(({ process }) =>
    ['node', 'kswapd0'].includes(process?.name ?? ''),
  );
  assertGolden('sample.log', write(stacks));
});

test('no samples are an empty document', () => {
  assert.equal(write([]), '{}\n');
});

test('addresses have six digits at least, and [other] has none', () => {
  const process = { key: '7.2', tgid: 7, name: 'é' };
  const frames = ['[other]', '_ZN4nodeE'].map((symbol) => {
    return { symbol, name: symbol, module: '', kind: 'native' as const };
  });
  const stack = { frames, addresses: ['ff', '401'], count: 3, process, tid: 8, id: '12' };
  assert.equal(
    write([{ ...stack, label: 1 }]),
    `{
  "7.2":{
    "name":"\\u00e9",
    "pids":{
      "8":{
        "12":{
          "trace":[
            "0x000000:[other]",
            "0x000401:_ZN4nodeE"
          ],
          "count":3,
          "label":1
        }
      }
    }
  }
}
`,
  );
});

test('a thread whose stacks do not stand together is refused: its first ones would be lost', () => {
  const of = (tgid: number, tid: number): CountedStack => ({
    frames: [],
    count: 1,
    process: { key: String(tgid), tgid, name: 'p' },
    tid,
  });
  const keys = read(write([of(1, 1), of(1, 1), of(1, 3), of(2, 3)]));
  assert.deepEqual(
    keys.map(({ process, tid, id }) => `${process?.key}/${tid}/${id}`),
    ['1/1/0', '1/1/1', '1/3/0', '2/3/0'],
  );
  for (const again of [of(1, 1), of(1, 4)])
    assert.throws(() => write([of(1, 1), of(2, 1), again]), /must stand together/);
  assert.throws(() => write([of(1, 1), of(1, 2), of(1, 1)]), /must stand together/);
});

test('Python writes the same bytes', (context) => {
  const drawn = fc.sample(anyStacks, { numRuns: 20, seed: 7 }).flat();
  const text = write(together(drawn).map((stack, i) => ({ ...stack, id: String(i) })));
  const program = `import json, sys
text = json.load(sys.stdin)
print(json.dumps(text, indent=2, ensure_ascii=True, separators=(',', ':')))`;
  const python = spawnSync('python3', ['-c', program], { input: text, encoding: 'utf8' });
  if (python.error) return context.skip('needs python3');
  assert.ok(python.stdout === text);
});

test('what was written is read, and written again is the same', () => {
  fc.assert(
    fc.property(anyStacks, (stacks) => {
      const text = write(stacks);
      const back = read(text);
      assert.equal(sumOf(back), sumOf(stacks));
      assert.equal(write(back), text);
      assert.deepEqual(JSON.parse(JSON.stringify(JSON.parse(text))), JSON.parse(text));
    }),
  );
});

test("the ancestor's own file is read", () => {
  const stacks = [...readStackCountLog(fixture('ancestor.log'), asIs)];
  assert.equal(sumOf(stacks), 3 + 1 + 12);
  const [first] = stacks;
  assert.deepEqual(first?.process, { key: '12', tgid: 12, name: 'php-fpm' });
  assert.deepEqual(
    first?.frames.map(({ symbol, kind }) => `${kind} ${symbol}`),
    [
      'kernel vfs_read',
      'kernel entry_SYSCALL_64_after_hwframe',
      'native __read',
      'unknown [unknown]',
    ],
  );
  assert.deepEqual(
    stacks.map(({ label }) => label),
    [0, 1, null],
  );
});

test('a file that is damaged or of another shape is refused with line and place', () => {
  const stack = (members: string): string => `{"1":{"name":"a","pids":{"2":{"3":{${members}}}}}}`;
  const refusals: Record<string, RegExp> = {
    '': /^line 1: expected "{", found the end of the file$/,
    '[]': /^line 1: expected "{", found "\[\]"$/,
    '{}x': /^line 1: expected the end of the file, found "x"$/,
    '{"a":{}}': /^line 1: a: a process is named by its number$/,
    '{"1":{"pids":{}}}': /^line 1: "?1"?\.pids: stands before the "name" of its process$/,
    '{"1":{"name":7}}': /^line 1: 1\.name: expected a string, found "7}}"$/,
    '{"1":{"name":"a","pids":{"x":{}}}}': /1\.pids\.x: a thread is named by its number$/,
    '{"1":{"name":"a","more":1}}': /1\.more: no member of a process$/,
    [stack('"trace":[]')]: /1\.pids\.2\.3: a stack needs "trace" and "count"$/,
    [stack('"trace":[1]')]: /trace\.0: expected a string/,
    [stack('"trace":["main"]')]: /trace\.0: "main" is not 0xADDRESS:symbol$/,
    [stack('"count":-1')]: /count: expected a whole number, found "-1/,
    [stack('"count":1.5')]: /count: expected a whole number/,
    [stack('"count":1e3')]: /count: expected a whole number/,
    [stack('"count":9007199254740993')]: /count: expected a whole number/,
    [stack('"label":2')]: /label: expected null or 0 or 1, found "2/,
    [stack('"trace":["0x1:a\nb"]')]: /"0x1:a\\nb" is not a valid string/,
    [stack('"trace":["0x1:\\q"]')]: /is not a valid string/,
    '{\n"1":{\n"name":"a': /^line 3: 1\.name: expected the end of a string, found "\\"a"$/,
    '{\n"1":{\n"name":"a"': /^line 3: 1: expected "}", found the end of the file$/,
  };
  for (const [text, message] of Object.entries(refusals)) {
    assert.throws(() => read(text), { name: 'FormatError', message }, text);
  }
});

test('counts that could not be added up exactly are refused', () => {
  const entry = `{"trace":[],"count":${2 ** 52},"label":null}`;
  const text = `{"1":{"name":"a","pids":{"2":{"3":${entry},"4":${entry}}}}}`;
  assert.throws(() => read(text), /4\.count: the counts are too large to add up exactly/);
});
