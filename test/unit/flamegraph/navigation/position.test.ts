/** A position and an action go in, the next position comes out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROOT } from '../../../../src/core/callTree';
import {
  choose,
  move,
  nextMatch,
  zoomTo,
  type Move,
  type Position,
} from '../../../../src/flamegraph/navigation/position';
import type { Box, Drawing } from '../../../../src/flamegraph/navigation/tree';
import { pictureNodes, pictureTree } from '../../../../src/flamegraph/pictureNodes';
import { smallPicture } from '../smallPicture';

const [ALL, MAIN, READ, DEEP, WRITE, EXIT] = [0, 1, 2, 3, 4, 5];
const nodes = pictureNodes(smallPicture);
const boxes = nodes.map((node): Box => ({ ...node, node: node.index }));
/** Beside `write`: what is too small to draw below `main`. */
const OTHER: Box = { node: MAIN, kind: 'other', row: 2, count: 1 };

const START: Position = { focus: ROOT, selected: undefined, query: '', narrowed: false };

function drawingOf(rectangles: readonly Box[], orientation: Drawing['orientation'] = 'icicle') {
  return { tree: pictureTree(nodes), rectangles, orientation };
}

const everything = drawingOf(boxes);

/** From a selection, by these actions; the names that are selected on the way. */
function walk(from: number | undefined, moves: readonly Move[], drawing: Drawing = everything) {
  let position: Position = {
    ...START,
    selected: from === undefined ? undefined : { node: from, other: false },
  };
  return moves.map((how) => {
    position = move(position, how, drawing);
    const { selected } = position;
    return selected?.other ? 'other' : nodes[selected?.node ?? -1]?.name;
  });
}

test('Escape ends the search, then goes up level by level, then back to everything', () => {
  let position: Position = { ...START, focus: READ, query: 'x', narrowed: true };
  const steps: unknown[] = [];
  for (let i = 0; i < 5; i++) {
    position = move(position, 'back', everything);
    steps.push([position.focus, position.query, position.narrowed]);
  }
  assert.deepEqual(steps, [
    [READ, '', true],
    [MAIN, '', true],
    [ALL, '', true],
    [ALL, '', false],
    [ALL, '', false],
  ]);
});

test('one step back keeps the selection, so that Enter zooms in again', () => {
  const zoomed = choose(START, boxes[READ]);
  const back = move(zoomed, 'back', everything);
  assert.deepEqual([back.focus, back.selected], [MAIN, { node: READ, other: false }]);
  assert.equal(move(back, 'choose', everything).focus, READ);
});

test('Escape in the field ends the search and never the zoom', () => {
  const searching = { ...START, focus: READ, query: 'x' };
  const ended = move(searching, 'endSearch', everything);
  assert.deepEqual(ended, { ...searching, query: '' });
  assert.equal(move(ended, 'endSearch', everything).focus, READ);
});

test('Home leads to the root, Backspace one level up, whatever is searched', () => {
  const zoomed = { ...START, focus: DEEP, query: 'x' };
  assert.deepEqual(move(zoomed, 'home', everything), { ...zoomed, focus: ROOT });
  assert.deepEqual(move(zoomed, 'out', everything), { ...zoomed, focus: READ });
  assert.equal(move(START, 'out', everything), START, 'there is nothing above the root');
});

test('Enter zooms into the selection; small ones that are drawn as one are only selected', () => {
  const chosen = move({ ...START, selected: { node: WRITE, other: false } }, 'choose', everything);
  assert.equal(chosen.focus, WRITE);
  const other = choose({ ...START, focus: MAIN }, OTHER);
  assert.deepEqual([other.focus, other.selected], [MAIN, { node: MAIN, other: true }]);
  assert.equal(move({ ...START, focus: READ }, 'choose', everything).focus, ROOT);
});

test('a level of the breadcrumb is zoomed to without being selected', () => {
  assert.deepEqual(zoomTo(START, MAIN), { ...START, focus: MAIN });
});

test('arrows lead to the parent, the largest child, and along the row', () => {
  assert.deepEqual(walk(ALL, ['ArrowDown', 'ArrowDown', 'ArrowDown']), ['main', 'read', 'READ']);
  assert.deepEqual(walk(READ, ['ArrowRight', 'ArrowLeft', 'ArrowUp']), ['write', 'read', 'main']);
  assert.deepEqual(walk(MAIN, ['ArrowRight', 'ArrowLeft']), ['exit', 'main']);
  const flame = drawingOf(boxes, 'flame');
  assert.deepEqual(walk(MAIN, ['ArrowUp', 'ArrowDown'], flame), ['read', 'main']);
});

test('an arrow that leads nowhere stays', () => {
  assert.deepEqual(walk(ALL, ['ArrowUp', 'ArrowLeft', 'ArrowRight']), ['all', 'all', 'all']);
  assert.deepEqual(walk(EXIT, ['ArrowRight', 'ArrowDown']), ['exit', 'exit']);
  assert.deepEqual(walk(DEEP, ['ArrowDown']), ['READ']);
});

test('the first arrow selects the focus', () => {
  assert.deepEqual(walk(undefined, ['ArrowDown', 'ArrowDown']), ['all', 'main']);
  const zoomed = { ...START, focus: READ };
  assert.equal(move(zoomed, 'ArrowUp', everything).selected?.node, READ);
});

test('a selection that is not in view counts as the root', () => {
  const drawing = drawingOf(boxes.filter(({ node }) => node !== DEEP));
  assert.deepEqual(walk(DEEP, ['ArrowDown']), ['READ']);
  assert.deepEqual(walk(DEEP, ['ArrowDown'], drawing), ['main']);
});

test('arrows pass over what is not in view, and stop at what is drawn as one', () => {
  const withoutRead = boxes.filter(({ node }) => node !== READ && node !== DEEP);
  assert.deepEqual(walk(MAIN, ['ArrowDown', 'ArrowLeft'], drawingOf(withoutRead)), [
    'write',
    'write',
  ]);
  const withOther = drawingOf([...boxes.slice(0, EXIT), OTHER, ...boxes.slice(EXIT)]);
  const moves = ['ArrowRight', 'ArrowDown', 'ArrowUp'] as const;
  assert.deepEqual(walk(WRITE, moves, withOther), ['other', 'other', 'main']);
});

test('matches are visited from left to right, round and round', () => {
  const isMatch = ({ node }: Box): boolean => node === READ || node === EXIT;
  let position = START;
  const visited = Array.from({ length: 3 }, () => {
    position = nextMatch(position, everything, isMatch);
    return position.selected?.node;
  });
  assert.deepEqual(visited, [READ, EXIT, READ]);
  assert.equal(
    nextMatch(START, everything, () => false),
    START,
  );
});
