import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineSplitter, MAX_LINE } from '../../../src/sources/lineSplitter';

test('lines may be split anywhere, even inside a byte sequence', () => {
  const bytes = Buffer.from('hello\nwörld\n\nend', 'utf8');
  const splitter = new LineSplitter();
  const lines = [...bytes].flatMap((byte) => splitter.push(Buffer.from([byte])));
  lines.push(...splitter.finish());
  assert.deepEqual(lines, ['hello', Buffer.from('wörld').toString('latin1'), '', 'end']);
});

test('a line without end is cut and what follows it is read', () => {
  const splitter = new LineSplitter();
  const lines: string[] = [];
  for (let i = 0; i < 11; i++) lines.push(...splitter.push(Buffer.alloc(1 << 20, 120)));
  lines.push(...splitter.push(Buffer.from('tail\nnext\n')));
  assert.deepEqual(
    lines.map((line) => line.length),
    [MAX_LINE, 4],
  );
  assert.equal(lines[1], 'next');
});
