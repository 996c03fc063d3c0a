import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CallTree, ROOT } from '../../../src/core/callTree';
import type { CountedStack } from '../../../src/core/stack';
import { layOut, type Layout, type LayoutOptions } from '../../../src/flamegraph/layout';
import { frame } from '../../support/sampleStacks';

/** `main;run;read 3`, root first. */
function treeOf(...lines: string[]): CallTree {
  const stacks = lines.map((line): CountedStack => {
    const [path = '', count] = line.split(' ');
    return {
      frames: path
        .split(';')
        .map((name) => frame(`n:${name}`))
        .reverse(),
      count: Number(count),
    };
  });
  return CallTree.of(stacks);
}

/** `name@row x+width`, `other` for merged ones. */
function print(tree: CallTree, { rectangles }: Layout): string[] {
  return rectangles.map(({ kind, node, row, x, width }) => {
    const name = kind === 'frame' ? tree.info(node).name : kind;
    return `${name}@${row} ${x}+${width}`;
  });
}

test('children stand side by side on their parent, as wide as their share', () => {
  const tree = treeOf('main;run 30', 'main;idle 20', 'main 10', 'exit 40');
  assert.deepEqual(print(tree, layOut(tree, { width: 100 })), [
    'all@0 0+100',
    'exit@1 0+40',
    'main@1 40+60',
    'idle@2 40+20',
    'run@2 60+30',
  ]);
});

test('an icicle has its root at the top, a flame at the bottom', () => {
  const tree = treeOf('main;run 1');
  const rows = (options: Partial<LayoutOptions>): number[] =>
    layOut(tree, { width: 10, ...options }).rectangles.map(({ y }) => y);
  assert.deepEqual(rows({}), [0, 1, 2]);
  assert.deepEqual(rows({ orientation: 'flame' }), [2, 1, 0]);
});

test('what is too narrow is merged into one counted rectangle behind its siblings', () => {
  const tree = treeOf('main;big 90', 'main;one 1', 'main;two 2', 'main 7');
  const layout = layOut(tree, { width: 100, minWidth: 5 });
  assert.deepEqual(print(tree, layout), [
    'all@0 0+100',
    'main@1 0+100',
    'big@2 0+90',
    'other@2 90+3',
  ]);
  const other = layout.rectangles.at(-1);
  assert.deepEqual([other?.count, other?.merged], [3, 2]);
});

test('with a focus, its ancestors are full width and what was too narrow appears', () => {
  const tree = treeOf('main;rare;deep 1', 'main;rare;deeper 1', 'main;often 998');
  const wide = { width: 1000, minWidth: 5 };
  assert.ok(!print(tree, layOut(tree, wide)).some((line) => line.startsWith('deep@')));
  const rare = Array.from({ length: tree.size }, (_, node) => node).find(
    (node) => tree.info(node).name === 'rare',
  );
  const layout = layOut(tree, { ...wide, focus: rare ?? -1 });
  assert.deepEqual(print(tree, layout), [
    'ancestor@0 0+1000',
    'ancestor@1 0+1000',
    'rare@2 0+1000',
    'deep@3 0+500',
    'deeper@3 500+500',
  ]);
  assert.equal(layout.total, 2);
});

test('a stack deeper than the picture ends in a counted rectangle', () => {
  const tree = treeOf(`${Array.from({ length: 10_000 }, (_, i) => `f${i}`).join(';')} 5`);
  const { rectangles, rows } = layOut(tree, { width: 100, maxRows: 50 });
  assert.equal(rows, 51);
  assert.equal(rectangles.at(-1)?.kind, 'other');
  assert.equal(rectangles.at(-1)?.count, 5);
});

test('nothing recorded is one rectangle without width', () => {
  const { rectangles } = layOut(new CallTree(), { width: 100 });
  assert.deepEqual(
    rectangles.map(({ count, width }) => [count, width]),
    [[0, 0]],
  );
});

const anyTree = fc
  .array(
    fc.record({
      path: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), {
        minLength: 1,
        maxLength: 12,
      }),
      count: fc.integer({ min: 1, max: 500 }),
    }),
    { minLength: 1, maxLength: 80 },
  )
  .map((lines) => treeOf(...lines.map(({ path, count }) => `${path.join(';')} ${count}`)));

const anyOptions = fc.record({
  width: fc.constant(1000),
  maxRectangles: fc.integer({ min: 3, max: 200 }),
  minWidth: fc.double({ min: 0, max: 300, noNaN: true }),
  maxRows: fc.integer({ min: 2, max: 14 }),
});

/** Children, other and self of every drawn node, by the edges they fill. */
function assertFilled(tree: CallTree, { rectangles }: Layout): void {
  for (const parent of rectangles.filter(({ kind }) => kind === 'frame')) {
    const children = rectangles.filter(
      ({ kind, node, row }) =>
        row === parent.row + 1 && (kind === 'other' ? node : tree.parent(node)) === parent.node,
    );
    let edge = parent.start;
    for (const { start, count } of children) {
      assert.equal(start, edge);
      edge += count;
    }
    if (children.length > 0)
      assert.equal(edge, parent.start + parent.count - tree.self(parent.node));
    else assert.equal(parent.count, tree.self(parent.node));
  }
}

test('children, other and self always fill their parent, within the limits', () => {
  fc.assert(
    fc.property(anyTree, anyOptions, fc.nat(), (tree, options, pick) => {
      const layout = layOut(tree, { ...options, focus: pick % tree.size });
      assertFilled(tree, layout);
      const { rectangles } = layout;
      const ancestors = rectangles.filter(({ kind }) => kind === 'ancestor').length;
      assert.ok(rectangles.length <= Math.max(options.maxRectangles, ancestors + 2));
      assert.ok(rectangles.every(({ x, width }) => x >= 0 && x + width <= 1000 + 1e-6));
      const narrow = rectangles.filter(
        ({ kind, width }) => kind === 'frame' && width < options.minWidth,
      );
      assert.ok(narrow.length === 0);
    }),
  );
});

test('of too many the largest are drawn', () => {
  const tree = treeOf(...Array.from({ length: 1000 }, (_, i) => `f${i} ${i + 1}`));
  const { rectangles } = layOut(tree, { width: 1000, maxRectangles: 101, minWidth: 0 });
  assert.equal(rectangles.length, 101);
  const drawn = rectangles.filter(({ node, kind }) => kind === 'frame' && node !== ROOT);
  assert.equal(Math.min(...drawn.map(({ count }) => count)), 1000 - drawn.length + 1);
});
