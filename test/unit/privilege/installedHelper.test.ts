import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare, withVersion } from '../../../src/privilege/installedHelper';
import { whyNotTrusted } from '../../../src/privilege/trusted';

const PATH = '/usr/libexec/stack-count/helper';
const FOLDER = { uid: 0, mode: 0o040755 };
const FILE = { uid: 0, mode: 0o100755 };

type Facts = Readonly<Record<string, { uid: number; mode: number }>>;
const trusted = (changes: Facts): string | undefined =>
  whyNotTrusted(PATH, (path) => changes[path] ?? (path === PATH ? FILE : FOLDER));

test('root’s file in root’s folders is trusted', () => {
  assert.equal(trusted({}), undefined);
});

const CASES: readonly [string, Facts, RegExp][] = [
  ['a file of somebody', { [PATH]: { ...FILE, uid: 1000 } }, /helper does not belong to root/],
  ['a file a group may write', { [PATH]: { ...FILE, mode: 0o100775 } }, /helper can be written/],
  ['a file all may write', { [PATH]: { ...FILE, mode: 0o100757 } }, /helper can be written/],
  ['a link', { [PATH]: { uid: 0, mode: 0o120777 } }, /helper is not a regular file/],
  ['a folder of somebody', { '/usr/libexec': { ...FOLDER, uid: 1000 } }, /libexec does not belong/],
  ['a folder all may write', { '/usr': { uid: 0, mode: 0o041777 } }, /\/usr can be written/],
  ['a link on the way', { '/usr/libexec': { uid: 0, mode: 0o120777 } }, /libexec is not a folder/],
  ['a root of somebody', { '/': { ...FOLDER, uid: 1000 } }, /^\/ does not belong to root/],
];
for (const [name, facts, reason] of CASES) {
  test(`${name} is not trusted`, () => assert.match(trusted(facts) ?? '', reason));
}

const text = '#!/bin/sh\nexit 0\n';
const ours = withVersion(text, '1.2.0');

test('the same to the last byte is ours', () => {
  assert.deepEqual(compare(ours, ours, '1.2.0', PATH), { kind: 'ours' });
});

test('versions are told apart as numbers', () => {
  const kind = (version: string) => compare(withVersion(text, version), ours, '1.2.0', PATH).kind;
  assert.deepEqual(['1.1.9', '1.2.1', '1.10.0', '0.99.0'].map(kind), [
    'older',
    'newer',
    'newer',
    'older',
  ]);
});

test('one byte more is not ours, whatever version it claims', () => {
  const changed = ours.replace('exit 0', 'exit 1');
  assert.equal(compare(changed, ours, '1.2.0', PATH).kind, 'older');
  assert.equal(compare(`${ours} `, ours, '1.2.0', PATH).kind === 'ours', false);
});

test('a file without our mark is not ours at all', () => {
  assert.deepEqual(compare('#!/bin/sh\nid\n', ours, '1.2.0', PATH), {
    kind: 'untrusted',
    reason: `${PATH} is not ours`,
  });
});
