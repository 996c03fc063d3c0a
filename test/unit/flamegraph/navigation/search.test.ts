import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallTree, ROOT } from '../../../../src/core/callTree';
import {
  matchedSamples,
  matchedText,
  matcherOf,
} from '../../../../src/flamegraph/navigation/search';
import type { NavigationTree } from '../../../../src/flamegraph/navigation/tree';
import { pictureNodes, pictureTree } from '../../../../src/flamegraph/pictureNodes';
import { processRef, stack } from '../../../support/sampleStacks';
import { smallPicture } from '../smallPicture';

const nodes = pictureNodes(smallPicture);
const picture = pictureTree(nodes);
const DEMO = processRef(7, 'demo');
const recording = CallTree.of(
  [
    stack(DEMO, 7, 'n:main n:run n:read k:vfs_read', 10),
    stack(DEMO, 7, 'n:main n:run', 5),
    stack(DEMO, 8, 'n:main n:run n:run n:read', 3),
    stack(DEMO, 8, 'n:main n:idle', 2),
  ],
  'none',
);

type Search = (query: string, focus?: number) => number | undefined;

function searchIn(tree: NavigationTree, at: (node: number) => Parameters<Matches>[0]): Search {
  return (query, focus = ROOT) => {
    const matches = matcherOf(query);
    return matches && matchedSamples(tree, focus, (node) => matches(at(node)));
  };
}
type Matches = NonNullable<ReturnType<typeof matcherOf>>;

const inPicture = searchIn(picture, (node) => nodes[node] ?? assert.fail());
const inRecording = searchIn(recording, (node) => recording.info(node));

test('what goes through a match counts once, however matches are nested', () => {
  assert.equal(inPicture('read'), 4);
  assert.equal(inPicture(' MAIN '), 7);
  assert.equal(inRecording(' RUN '), 18);
  assert.equal(inPicture('nothing'), 0);
});

test('files are found by their names, without their folders', () => {
  assert.equal(inPicture('libc'), 2);
  assert.equal(inPicture('/lib'), 0);
});

test('only what is in view counts, and all of it below a match', () => {
  assert.equal(inPicture('main', 2), 4);
  assert.equal(inPicture('exit', 1), 0);
  const [main = 0] = recording.children(ROOT);
  const run = recording.children(main).find((node) => recording.info(node).name === 'run') ?? 0;
  const read = recording.children(run).find((node) => recording.info(node).name === 'read') ?? 0;
  assert.equal(inRecording('run', read), 10);
});

test('no words find nothing, and neither root nor "other" is a function', () => {
  assert.equal(matcherOf('  '), undefined);
  const matches = matcherOf('a') ?? assert.fail();
  assert.equal(matches({ name: 'all', module: '', kind: 'root' }), false);
  assert.equal(matches({ name: '3 small functions', module: '', kind: 'other' }), false);
  assert.equal(matches({ name: 'main', module: '', kind: 'native' }), true);
});

test('the share is of what is in view', () => {
  const isWrite = (node: number): boolean => node === 4;
  assert.equal(matchedText(picture, ROOT, isWrite), '20.0% matched');
  assert.equal(matchedText(picture, 1, isWrite), '28.6% matched');
  assert.equal(matchedText(picture, 5, isWrite), '0% matched');
});
