import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BoundedMap } from '../../../src/core/boundedMap';

const KEYS = ['a', 'b', 'c', 'd'];

function filled(most: number, ...keys: readonly string[]): BoundedMap<string, string> {
  const map = new BoundedMap<string, string>(most);
  for (const key of keys) map.set(key, key.toUpperCase());
  return map;
}

function keysIn(map: BoundedMap<string, string>): string[] {
  return KEYS.filter((key) => map.has(key));
}

test('up to its bound it keeps everything', () => {
  assert.deepEqual(keysIn(filled(3, 'a', 'b', 'c')), ['a', 'b', 'c']);
});

test('one more entry drops the oldest', () => {
  assert.deepEqual(keysIn(filled(3, 'a', 'b', 'c', 'd')), ['b', 'c', 'd']);
});

test('an entry that is set again has its new value and is the newest', () => {
  const map = filled(2, 'a', 'b');
  map.set('a', 'again');
  map.set('c', 'C');
  assert.deepEqual(keysIn(map), ['a', 'c']);
  assert.equal(map.take('a'), 'again');
});

test('what is taken is gone and makes room', () => {
  const map = filled(2, 'a', 'b');
  assert.equal(map.take('a'), 'A');
  assert.equal(map.take('a'), undefined);
  map.set('c', 'C');
  assert.deepEqual(keysIn(map), ['b', 'c']);
});

test('with no room it keeps nothing', () => {
  assert.deepEqual(keysIn(filled(0, 'a', 'b')), []);
});
