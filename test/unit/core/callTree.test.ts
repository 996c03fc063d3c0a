import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CallTree, ROOT, processTitle, type Grouping } from '../../../src/core/callTree';
import type { Frame, FrameKind } from '../../../src/core/frame';
import type { CountedStack } from '../../../src/core/stack';

function frame(symbol: string, kind: FrameKind = 'native', module = ''): Frame {
  return { symbol, name: symbol, module, kind };
}

/** `main;run;read 3`, root first. */
function stack(text: string, owner: Partial<CountedStack> = {}): CountedStack {
  const [path = '', count] = text.split(' ');
  const frames = path === '' ? [] : path.split(';').map((symbol) => frame(symbol));
  return { frames: frames.reverse(), count: Number(count), ...owner };
}

/** One line per node: indented by depth, `name self/total`. */
function print(tree: CallTree, node = ROOT, indent = ''): string[] {
  const line = `${indent}${tree.info(node).name} ${tree.self(node)}/${tree.total(node)}`;
  const children = tree.children(node).sort(tree.compare);
  return [line, ...children.flatMap((child) => print(tree, child, `${indent} `))];
}

test('stacks with the same beginning share it, with self and total', () => {
  const tree = CallTree.of([stack('main;run;read 3'), stack('main;run 2'), stack('main;idle 1')]);
  assert.deepEqual(print(tree), ['all 0/6', ' main 0/6', '  idle 1/1', '  run 2/5', '   read 3/3']);
});

test('frames merge by symbol, module and kind, not by address or object', () => {
  const stacks = ['native', 'native', 'jit'].map((kind) => ({
    frames: [frame('run', kind as FrameKind, '/bin/a')],
    count: 1,
  }));
  const other = { frames: [frame('run', 'native', '/bin/b')], count: 1 };
  const tree = CallTree.of([...stacks, other]);
  const totals = tree
    .children(ROOT)
    .sort(tree.compare)
    .map((node) => tree.total(node));
  assert.deepEqual(totals, [1, 2, 1]);
});

test('process and thread are the first levels, one of them, or none', () => {
  const process = { key: '7.2', tgid: 7, name: 'node' };
  const stacks = [8, 9].map((tid) => stack('main 2', { process, tid }));
  const printed = (grouping: Grouping): string => print(CallTree.of(stacks, grouping)).join('');
  assert.equal(
    printed('thread'),
    'all 0/4 node (7.2) 0/4  pid 8 0/2   main 2/2  pid 9 0/2   main 2/2',
  );
  assert.equal(printed('process'), 'all 0/4 node (7.2) 0/4  main 4/4');
  assert.equal(printed('none'), 'all 0/4 main 4/4');
});

test('a stack without frames, or of no process, is counted where it belongs', () => {
  const process = { key: '7', tgid: 7, name: 'node' };
  const tree = CallTree.of([stack(' 3', { process }), stack('main 2'), stack(' 1')]);
  assert.deepEqual(print(tree), ['all 1/6', ' main 2/2', ' node (7) 3/3']);
});

test('siblings stand by name, threads by number, what was folded away last', () => {
  const process = { key: '7', tgid: 7, name: 'sh' };
  const threads = [100, 9].map((tid) => stack('x 1', { process, tid }));
  const frames = ['zlib 9', '[other] 5', 'abs 1'].map((text) => stack(text));
  const [, ...lines] = print(CallTree.of([...threads, ...frames])).map((line) => line.trim());
  const names = lines.map((line) => line.replace(/ \d+\/\d+$/, ''));
  assert.deepEqual(names, ['abs', 'sh (7)', 'pid 9', 'x', 'pid 100', 'x', 'zlib', '[other]']);
});

test('a node keeps its number while stacks are added', () => {
  const tree = CallTree.of([stack('main;run 1')]);
  const [main = -1] = tree.children(ROOT);
  for (let i = 0; i < 5000; i++) tree.add(stack(`main;f${i % 1500} 1`));
  assert.equal(tree.info(main).name, 'main');
  assert.equal(tree.total(main), 5001);
  assert.equal(tree.children(main).length, 1501);
  assert.ok(tree.children(main).every((child) => tree.parent(child) === main));
});

test('a labelled stack marks the node it ends in, with its reason', () => {
  const tree = CallTree.of([
    stack('main;run 1', { label: 1, reason: 'new' }),
    stack('main 1', { label: 1 }),
    stack('main;idle 1', { label: 0, reason: 'was new' }),
  ]);
  const marks = [...tree.marks].map(([node, reason]) => [tree.info(node).name, reason]);
  assert.deepEqual(marks, [
    ['run', 'new'],
    ['main', ''],
  ]);
});

test('a stack 10,000 frames deep needs no recursion', () => {
  const frames = Array.from({ length: 10_000 }, (_, i) => frame(`f${i}`));
  const tree = CallTree.of([{ frames, count: 2 }]);
  assert.equal(tree.size, 10_001);
  assert.equal(tree.self(10_000), 2);
});

test('every sample is in exactly one node as self, and in every node above as total', () => {
  const symbol = fc.constantFrom('a', 'b', 'c', 'd', '');
  const owner = fc.record({ pid: fc.nat(3), tid: fc.nat(3) });
  const anyStack = fc.record({ path: fc.array(symbol), count: fc.nat(1000), owner });
  fc.assert(
    fc.property(fc.array(anyStack), (drawn) => {
      const stacks = drawn.map(({ path, count, owner: { pid, tid } }): CountedStack => {
        const process = { key: String(pid), tgid: pid, name: 'p' };
        return { frames: path.map((name) => frame(name)), count, process, tid };
      });
      const tree = CallTree.of(stacks);
      const nodes = Array.from({ length: tree.size }, (_, node) => node);
      const sum = stacks.reduce((total, { count }) => total + count, 0);
      assert.equal(tree.total(ROOT), sum);
      assert.equal(
        nodes.reduce((total, node) => total + tree.self(node), 0),
        sum,
      );
      for (const node of nodes) {
        const below = tree.children(node).reduce((total, child) => total + tree.total(child), 0);
        assert.equal(tree.total(node), tree.self(node) + below);
      }
    }),
  );
});

test('a process is called by name and key, and by what is known when one of them is missing', () => {
  assert.equal(processTitle({ key: '12', name: 'sh' }), 'sh (12)');
  assert.equal(processTitle({ key: '12', name: '' }), 'process 12');
  assert.equal(processTitle({ key: 'sh', name: 'sh' }), 'sh');
});
