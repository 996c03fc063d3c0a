/** What a rectangle is called elsewhere, and what can be asked about it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROOT } from '../../../src/core/callTree';
import { StackFeed } from '../../../src/core/stackFeed';
import { profileOf } from '../../../src/results/storedProfile';
import type { Rectangle } from '../../../src/flamegraph/layout';
import { StackStore } from '../../../src/flamegraph/live/stackStore';
import { StackView } from '../../../src/flamegraph/live/stackView';
import {
  copyRequest,
  goToRequest,
  menuOf,
  rowOf,
  rowTitle,
} from '../../../webview/flamegraph/nodeNames';
import { Scene } from '../../../webview/flamegraph/scene';
import { processRef, stack } from '../../support/sampleStacks';

const store = new StackStore();
const STACKS = [
  stack(processRef(7, 'demo'), 7, 'n:main n:run;fast n:read', 60),
  stack(processRef(7, 'demo'), 8, 'n:main n:run;fast', 30),
];
store.apply(new StackFeed(profileOf(STACKS)).next(Infinity));
const view = new StackView(store);
const scene = new Scene(view.tree, ROOT, 'icicle', 900);

function rectangle(name: string): Rectangle {
  const found = scene.rectangles.find(({ node }) => view.tree.info(node).name === name);
  return found ?? assert.fail(name);
}

const other: Rectangle = { ...rectangle('main'), kind: 'other' };

test('a rectangle is found in the Processes view where it ran most', () => {
  const row = (name: string): string | undefined => rowOf(view, rectangle(name).node);
  assert.deepEqual(['all', 'demo (7)', 'pid 8', 'main', 'read'].map(row), [
    undefined,
    'p/0',
    't/0/8',
    'f/0/7/0/2',
    'f/0/7/0/0',
  ]);
});

test('a row has a title, and everything has none', () => {
  assert.equal(rowTitle(store, ''), '');
  assert.equal(rowTitle(store, 'p/0'), 'demo (7)');
  assert.equal(rowTitle(store, 't/0/8'), 'demo (7), pid 8');
  assert.equal(rowTitle(store, 'f/0/7/0/1'), 'demo (7), pid 7, one stack');
  assert.equal(rowTitle(store, 'p/99'), '');
});

test('only a function is looked up', () => {
  const asked = [rectangle('all'), rectangle('demo (7)'), rectangle('pid 7'), other].map((each) =>
    goToRequest(view.tree, each),
  );
  assert.deepEqual(asked, [undefined, undefined, undefined, undefined]);
  assert.deepEqual(goToRequest(view.tree, rectangle('main')), {
    type: 'goToFunction',
    name: 'main',
  });
});

test('what is too small to draw has no name to copy', () => {
  assert.equal(copyRequest(view.tree, other), undefined);
  const copied = copyRequest(view.tree, rectangle('read'));
  assert.deepEqual(copied, { type: 'copy', text: 'read', what: 'the name' });
});

test('a menu has the stack as folded text, whose separators no name can forge', () => {
  const { folded, name } = menuOf(view.tree, rectangle('read'));
  assert.deepEqual([folded, name], ['demo (7);pid 7;main;run:fast;read 60', 'read']);
  for (const none of [undefined, other, rectangle('all')]) {
    assert.equal('name' in menuOf(view.tree, none), false);
  }
});

test('the mouse finds the rectangle below it, whichever way the picture grows', () => {
  const nameAt = (of: Scene, x: number, y: number): string | undefined => {
    const found = of.at(x, y);
    return found && view.tree.info(found.node).name;
  };
  assert.equal(nameAt(scene, 899, 1), 'all');
  assert.equal(nameAt(scene, 10, 2 * 18 + 1), 'pid 7');
  assert.equal(nameAt(scene, 890, 2 * 18 + 1), 'pid 8');
  assert.equal(nameAt(scene, 890, scene.height - 1), undefined, 'it ends before the deepest row');
  const flame = new Scene(view.tree, ROOT, 'flame', 900);
  assert.equal(nameAt(flame, 450, flame.height - 1), 'all');
});
