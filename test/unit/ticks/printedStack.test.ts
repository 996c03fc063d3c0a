import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PrintedStackReader, type StackParts } from '../../../src/ticks/printedStack';

function read(text: string, parts: StackParts) {
  const { kernel, user } = new PrintedStackReader(parts).read(text);
  return { kernel, user: user.map(({ address }) => address) };
}

test('kernel and user frames are told apart by the comma between them', () => {
  const text = `\tffffffff816b8aab vfs_read+187
\tffffffff821ed511 do_syscall_64+113
, 
7f56f887a417
5636423c52b3`;
  assert.deepEqual(read(text, 'both'), {
    kernel: [
      { address: 'ffffffff816b8aab', symbol: 'vfs_read' },
      { address: 'ffffffff821ed511', symbol: 'do_syscall_64' },
    ],
    user: ['7f56f887a417', '5636423c52b3'],
  });
});

test('user frames of 0.17 carry words that mean nothing', () => {
  const text = `,\n\t5636423c5211 0x5636423c5211 ([unknown])\n\t7f56f87ab24a 0x7f56f87ab24a ([unknown])`;
  assert.deepEqual(read(text, 'both').user, ['5636423c5211', '7f56f87ab24a']);
});

test('a kernel address without a symbol is unknown', () => {
  const { kernel } = read('\tffffffffc0201000 0xffffffffc0201000', 'kernel');
  assert.deepEqual(kernel, [{ address: 'ffffffffc0201000', symbol: '[unknown]' }]);
});

test('no stack is no frames', () => {
  for (const text of ['', ',', ', ', '\n,\n']) {
    assert.deepEqual(read(text, 'both'), { kernel: [], user: [] });
  }
});
