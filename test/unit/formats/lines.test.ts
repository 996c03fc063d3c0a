import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { linesOf } from '../../../src/formats/lines';

const lines = (bytes: Uint8Array): string[] => [...linesOf(bytes)];

test('line ends of every kind, and none at the end', () => {
  assert.deepEqual(lines(Buffer.from('a\r\nb\n\nc')), ['a', 'b', '', 'c']);
  assert.deepEqual(lines(Buffer.from('\n')), ['']);
  assert.deepEqual(lines(Buffer.from('')), []);
  assert.deepEqual(lines(Buffer.from('\r\n\r')), ['', '']);
});

test('a byte order mark is no part of the first line', () => {
  assert.deepEqual(lines(Buffer.from('\ufeffa\n\ufeffb')), ['a', '\ufeffb']);
});

test('bytes that are not UTF-8 are replaced, never refused', () => {
  assert.deepEqual(lines(Buffer.from([0x61, 0xff, 0x0a, 0xc3, 0x0a, 0x62])), [
    'a\ufffd',
    '\ufffd',
    'b',
  ]);
});

test('no line is cut where a block ends', () => {
  const long = 'é'.repeat(700_000);
  const text = `${'x'.repeat(1_048_575)}\n${long}\n${'ü\n'.repeat(600_000)}${long}`;
  assert.ok(lines(Buffer.from(text)).join('\n') === text);
});

test('any text comes back', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), (parts) => {
      const text = parts.join('\n').replace(/[\r\ufeff]|\n$/g, '');
      assert.equal(lines(Buffer.from(text)).join('\n'), text.replace(/\n$/, ''));
    }),
  );
});
