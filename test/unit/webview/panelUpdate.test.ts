/** What the tab does about each request: state and action go in, state and effects come out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startingState, whyEmpty, type PanelState } from '../../../webview/flamegraph/panelState';
import { update, type PanelAction } from '../../../webview/flamegraph/panelUpdate';

function stateWith(change: Partial<PanelState> = {}): PanelState {
  const vscode = { postMessage: () => {}, getState: () => change, setState: () => {} };
  return startingState(vscode, {});
}

/** What has changed, and the effects in short. */
function outcome(before: PanelState, action: PanelAction) {
  const { state, effects } = update(before, action);
  const changed = Object.entries(state).filter(
    ([key, value]) => value !== before[key as keyof PanelState],
  );
  return [Object.fromEntries(changed), effects.map(({ type }) => type)];
}

const ZOOMED = ['native\0/opt/demo\0main'];

test('the same source again keeps the row and the zoom; another one has other rows', () => {
  const before = stateWith({ source: { file: '/a.log' }, row: 'p/1', focus: ZOOMED });
  const again = update(before, { type: 'source', file: '/a.log' });
  assert.deepEqual([again.state.row, again.state.focus], ['p/1', ZOOMED]);
  const other = update(before, { type: 'source', file: '/b.log' });
  assert.deepEqual([other.state.source, other.state.row], [{ file: '/b.log' }, '']);
  assert.deepEqual(other.state.focus, ZOOMED, 'functions have the same names elsewhere');
  const recording = update(before, { type: 'source', file: undefined });
  assert.deepEqual([recording.state.source, recording.effects], [{}, [{ type: 'load' }]]);
});

test('a row is entered at its root', () => {
  const before = stateWith({ focus: ZOOMED });
  assert.deepEqual(outcome(before, { type: 'narrow', row: 't/0/8', loading: false }), [
    { row: 't/0/8', focus: [] },
    ['enterRow', 'hold', 'rebuild'],
  ]);
});

test('while stacks are loading a row is only noted, and the same row keeps the zoom', () => {
  const before = stateWith({ row: 'p/0', focus: ZOOMED });
  assert.deepEqual(outcome(before, { type: 'narrow', row: 'p/1', loading: true }), [
    { row: 'p/1', focus: [] },
    [],
  ]);
  assert.deepEqual(outcome(before, { type: 'narrow', row: 'p/0', loading: true }), [{}, []]);
});

test('another merging builds the tree anew and is kept for the next tab', () => {
  const { state, effects } = update(stateWith({ orientation: 'flame' }), {
    type: 'group',
    grouping: 'none',
  });
  assert.equal(state.grouping, 'none');
  const preferences = { grouping: 'none', orientation: 'flame' };
  assert.deepEqual(effects, [
    { type: 'hold' },
    { type: 'rebuild' },
    { type: 'post', message: { type: 'preferences', preferences } },
  ]);
});

test('the merging that there is changes nothing: a list that is closed says so, too', () => {
  assert.deepEqual(outcome(stateWith(), { type: 'group', grouping: 'thread' }), [{}, []]);
});

test('turned, the root is in sight and the next tab is told', () => {
  const turned = outcome(stateWith(), { type: 'turn' });
  assert.deepEqual(turned, [{ orientation: 'flame' }, ['post', 'draw', 'scrollToRoot']]);
  const back = update(stateWith({ orientation: 'flame' }), { type: 'turn' });
  assert.equal(back.state.orientation, 'icicle');
});

test('a pane takes the place of the other, and the keyboard goes along', () => {
  const panes: unknown[] = [];
  let state = stateWith();
  for (const pane of ['functions', 'neighbours', 'neighbours'] as const) {
    const next = update(state, { type: 'togglePane', pane });
    panes.push([next.state.pane, next.effects.at(-1)]);
    state = next.state;
  }
  assert.deepEqual(panes, [
    ['functions', { type: 'focusPane', pane: 'functions' }],
    ['neighbours', { type: 'focusPane', pane: 'neighbours' }],
    ['none', { type: 'focusPane', pane: 'none' }],
  ]);
});

test('a search holds new data back, sorting and the size of the pane do not', () => {
  assert.deepEqual(outcome(stateWith(), { type: 'search', query: 'vfs' }), [
    { query: 'vfs' },
    ['hold'],
  ]);
  const sorting = { by: 'name', descending: false } as const;
  assert.deepEqual(outcome(stateWith(), { type: 'sort', sorting }), [{ sorting }, []]);
  assert.deepEqual(outcome(stateWith(), { type: 'resizePane', percent: 70 }), [
    { paneHeight: 70 },
    [],
  ]);
});

test('only unusual stacks: the tree is built anew, with the reader at the same place', () => {
  const before = stateWith({ focus: ZOOMED });
  assert.deepEqual(outcome(before, { type: 'anomaliesOnly', anomaliesOnly: true }), [
    { anomaliesOnly: true },
    ['hold', 'rebuild'],
  ]);
});

test('an empty picture says why: a part without samples, a start, a recording without any', () => {
  const all = { row: '', anomaliesOnly: false };
  assert.equal(whyEmpty(1, { row: 'p/0', anomaliesOnly: true }, true), undefined);
  assert.equal(whyEmpty(0, { ...all, row: 'p/0' }, true), 'No samples here yet.');
  assert.equal(whyEmpty(0, { ...all, anomaliesOnly: true }, false), 'No samples here yet.');
  assert.equal(whyEmpty(0, all, true), 'Waiting for the first samples…');
  assert.equal(whyEmpty(0, all, false), 'There are no samples in this recording.');
});

test('what was kept before a reload wins over the preferences of the tab before', () => {
  const vscode = {
    postMessage: () => {},
    getState: () => ({ grouping: 'none' }),
    setState: () => {},
  };
  const { grouping, orientation, pane } = startingState(vscode, {
    grouping: 'process',
    orientation: 'flame',
  });
  assert.deepEqual([grouping, orientation, pane], ['none', 'flame', 'none']);
});
