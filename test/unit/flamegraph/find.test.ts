import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ancestorsOf, neighbour, search, type ArrowKey } from '../../../src/flamegraph/client/find';
import type { PictureNode } from '../../../src/flamegraph/pictureNodes';
import { pictureNodes } from '../../../src/flamegraph/pictureNodes';

/**
 *   all 10
 *   main 7          | exit 2 |
 *   read 4 | write 2         |
 *   READ 3 |                 |
 */
const NAMES = ['all', 'main', 'read', 'READ', 'write', 'exit'];
const nodes = pictureNodes({
  orientation: 'icicle',
  functions: NAMES.map((name, i) => [name, i === 4 ? 1 : 0, i === 0 ? 0 : 4] as const),
  modules: ['', '/lib/libc.so'],
  row: [0, 1, 2, 3, 2, 1],
  count: [10, 7, 4, 3, 2, 2],
  function: [0, 1, 2, 3, 4, 5],
  notes: { 5: 'new' },
});
const at = (index: number): PictureNode => nodes[index] as PictureNode;
const always = (): boolean => true;

test('positions, self samples and ends come back from rows and counts', () => {
  const printed = nodes.map(({ name, start, self, parent, end }) => [
    name,
    start,
    self,
    parent,
    end,
  ]);
  assert.deepEqual(printed, [
    ['all', 0, 1, -1, 6],
    ['main', 0, 1, 0, 5],
    ['read', 0, 1, 1, 4],
    ['READ', 0, 3, 2, 4],
    ['write', 4, 2, 1, 5],
    ['exit', 7, 2, 0, 6],
  ]);
  assert.equal(at(5).note, 'new');
  assert.deepEqual(
    ancestorsOf(nodes, 3).map(({ name }) => name),
    ['read', 'main', 'all'],
  );
});

test('a search counts what is in view once, however its matches are nested', () => {
  const found = (query: string, focus = 0): [number[], number] | undefined => {
    const matches = search(nodes, query, at(focus));
    return matches && [[...matches.found], matches.samples];
  };
  assert.deepEqual(found('read'), [[2, 3], 4]);
  assert.deepEqual(found(' MAIN '), [[1], 7]);
  assert.deepEqual(found('libc'), [[4], 2]);
  assert.deepEqual(found('main', 2), [[1], 4], 'an ancestor of the view matches all of it');
  assert.deepEqual(found('exit', 1), [[5], 0]);
  assert.deepEqual(found('nothing'), [[], 0]);
  assert.equal(found('  '), undefined);
});

test('arrows lead to the parent, the largest child, and along the row', () => {
  const from = (index: number, key: ArrowKey, orientation: 'icicle' | 'flame' = 'icicle'): string =>
    neighbour(nodes, at(index), key, orientation, always).name;
  assert.equal(from(0, 'ArrowDown'), 'main');
  assert.equal(from(1, 'ArrowDown'), 'read');
  assert.equal(from(2, 'ArrowUp'), 'main');
  assert.equal(from(2, 'ArrowRight'), 'write');
  assert.equal(from(5, 'ArrowLeft'), 'main');
  assert.equal(from(5, 'ArrowRight'), 'exit', 'there is none');
  assert.equal(from(0, 'ArrowUp'), 'all');
  assert.equal(from(3, 'ArrowDown'), 'READ');
  assert.equal(from(1, 'ArrowUp', 'flame'), 'read');
});

test('arrows pass over what is not in view', () => {
  const inView = (index: number): boolean => index !== 2;
  assert.equal(neighbour(nodes, at(1), 'ArrowDown', 'icicle', inView).name, 'write');
  assert.equal(neighbour(nodes, at(4), 'ArrowLeft', 'icicle', inView).name, 'write');
});
