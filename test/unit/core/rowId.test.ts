import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseRowId, rowId, rowIdsTo, type RowRef } from '../../../src/core/rowId';

const number = fc.nat();

const anyRow: fc.Arbitrary<RowRef> = fc
  .record({ process: number, tid: number, stack: number, frame: number })
  .chain(({ process, tid, stack, frame }) =>
    fc.constantFrom<RowRef>(
      { kind: 'process', process },
      { kind: 'thread', process, tid },
      { kind: 'stack', process, tid, stack },
      { kind: 'frame', process, tid, stack, frame },
    ),
  );

test('the ids are those that a reloaded window remembers', () => {
  const at = { process: 0, tid: 1234, stack: 7, frame: 2 };
  const kinds = ['process', 'thread', 'stack', 'frame'] as const;
  assert.deepEqual(
    kinds.map((kind) => rowId({ kind, ...at })),
    ['p/0', 't/0/1234', 's/0/1234/7', 'f/0/1234/7/2'],
  );
});

test('an id is read as what it was made of', () => {
  fc.assert(fc.property(anyRow, (row) => assert.deepEqual(parseRowId(rowId(row)), row)));
});

test('two rows never have the same id', () => {
  const ids = fc.uniqueArray(anyRow, { selector: (row) => JSON.stringify(row) });
  fc.assert(fc.property(ids, (rows) => assert.equal(new Set(rows.map(rowId)).size, rows.length)));
});

test('a damaged id is refused', () => {
  const damaged = ['', '/', '//', 'p', 'p/', 'x/0', 'P/0', 'p/0/', 'p/0/1', 't/0', 's/', 's/0/1'];
  const numbers = ['p/-1', 'p/0.5', 'p/01', 'p/ 1', 'p/0x1', 'p/NaN', 'p/Infinity', 'f/0/1/2/x'];
  for (const id of [...damaged, ...numbers]) assert.equal(parseRowId(id), undefined, id);
});

test('whatever is read is written the same', () => {
  const text = fc.stringMatching(/^[ptsfx]?(\/[-0-9.ex]{0,3}){0,5}$/);
  fc.assert(
    fc.property(text, (id) => {
      const row = parseRowId(id);
      if (row) assert.equal(rowId(row), id);
    }),
  );
});

test('the way to a row leads through its process, thread and stack', () => {
  assert.deepEqual(rowIdsTo('f/0/12/7/3'), ['p/0', 't/0/12', 's/0/12/7', 'f/0/12/7/3']);
  assert.deepEqual(rowIdsTo('p/4'), ['p/4']);
  assert.deepEqual(rowIdsTo(''), []);
});
