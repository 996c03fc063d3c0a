import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathTo } from '../../../src/flamegraph/navigation/tree';
import { pictureNodes, pictureTree } from '../../../src/flamegraph/pictureNodes';
import { smallPicture } from './smallPicture';

const nodes = pictureNodes(smallPicture);

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
  assert.equal(nodes[5]?.note, 'new');
});

test('as a tree: each node is reached once, from its parent', () => {
  const tree = pictureTree(nodes);
  const below = (node: number): unknown => {
    const children: unknown[] = [];
    for (let c = tree.firstChild(node); c !== 0; c = tree.nextSibling(c)) children.push(below(c));
    return { [`${nodes[node]?.name} ${tree.total(node)}`]: children };
  };
  assert.deepEqual(below(0), {
    'all 10': [
      { 'main 7': [{ 'read 4': [{ 'READ 3': [] }] }, { 'write 2': [] }] },
      { 'exit 2': [] },
    ],
  });
  assert.deepEqual(pathTo(tree, 3), [0, 1, 2, 3]);
  assert.equal(tree.parent(0), 0);
});
