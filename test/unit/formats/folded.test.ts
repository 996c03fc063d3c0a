import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CountedStack } from '../../../src/core/stack';
import { readFolded, writeFolded } from '../../../src/formats/folded';
import { sampleStacks } from '../../support/sampleStacks';
import { assertGolden } from '../../support/golden';
import { anyStacks, asIs, bytesOf, sumOf } from '../../support/hostileNames';

const read = (text: string): CountedStack[] => [...readFolded(bytesOf(text), asIs)];
const print = ({ frames, count }: CountedStack): string =>
  `${frames.map(({ symbol }) => symbol).join('<')}=${count}`;

test('a line is frames from the root, and a count behind the last blank', () => {
  const stacks = read('main;run loop;read 3\n\nmain 1\r\nmain;f(int, char) 12  \n 5\n');
  assert.deepEqual(stacks.map(print), [
    'read<run loop<main=3',
    'main=1',
    'f(int, char)<main=12',
    '=5',
  ]);
});

test('kinds are told from well-known names', () => {
  const [stack] = read(
    'Function::call;*f_[j];LazyCompile:*f a.js:1;[unknown];read;do_syscall_64;vfs_read 1',
  );
  assert.deepEqual(
    stack?.frames.map(({ kind }) => kind),
    ['kernel', 'kernel', 'native', 'unknown', 'jit', 'jit', 'native'],
  );
});

test('names are for people, symbols as they are', () => {
  const [stack] = [...readFolded(bytesOf('_Z3foov 1'), (symbol) => `${symbol}()`)];
  assert.deepEqual(
    stack?.frames.map(({ symbol, name }) => [symbol, name]),
    [['_Z3foov', '_Z3foov()']],
  );
});

test('a line without a count is refused with its number', () => {
  const refusals: Record<string, string> = {
    'a;b 1\na;b\n': 'line 2: "a;b" has no count at its end',
    'a;b x': 'line 1: the count "x" is not a whole number',
    'a;b 1.5': 'line 1: the count "1.5" is not a whole number',
    'a;b -1': 'line 1: the count "-1" is not a whole number',
    'a 1\r\nb 99999999999999999999': 'line 2: the counts are too large to add up exactly',
    'a 9007199254740991\nb 1': 'line 2: the counts are too large to add up exactly',
  };
  for (const [text, message] of Object.entries(refusals)) {
    assert.throws(() => read(text), { name: 'FormatError', message }, text);
  }
});

test('processes come first, threads only when asked for, and equal lines are one', () => {
  const process = { key: '7', tgid: 7, name: 'a;b' };
  const stacks = [1, 2].map((tid) => ({ frames: [], count: tid, process, tid }));
  assert.equal([...writeFolded(stacks)].join(''), 'a:b (7) 3\n');
  assert.equal([...writeFolded(stacks, 'thread')].join(''), 'a:b (7);pid 1 1\na:b (7);pid 2 2\n');
  assert.equal([...writeFolded(stacks, 'none')].join(''), ' 3\n');
});

test('the sample recording', () =>
  assertGolden('sample.folded', [...writeFolded(sampleStacks())].join('')));

test('every count comes back, whatever the names', () => {
  fc.assert(
    fc.property(anyStacks, fc.constantFrom('thread', 'process', 'none'), (stacks, grouping) => {
      const text = [...writeFolded(stacks, grouping)].join('');
      const back = read(text);
      assert.equal(sumOf(back), sumOf(stacks));
      const again = [...writeFolded(back, 'none')];
      assert.deepEqual(bytesOf(again), bytesOf(text));
    }),
  );
});
