/**
 * What the tab does about what its reader or the extension asks: state and action in, state and
 * effects out. The panel carries the effects out, in order, when the new state is kept and shown.
 */
import type { Grouping } from '../../src/core/callTree';
import type { Sorting } from '../../src/flamegraph/live/functionTotals';
import type { FromPage } from '../../src/messages/panelMessages';
import { readPreferences } from '../../src/flamegraph/drawingPreferences';
import type { Pane, PanelState } from './panelState';

export type PanelAction =
  /** The extension shows another recording or file, or the same one anew. */
  | { readonly type: 'source'; readonly file: string | undefined }
  /** From the Processes view: this row alone; `loading`: its stacks are not here yet. */
  | { readonly type: 'narrow'; readonly row: string; readonly loading: boolean }
  | { readonly type: 'group'; readonly grouping: Grouping }
  | { readonly type: 'anomaliesOnly'; readonly anomaliesOnly: boolean }
  | { readonly type: 'turn' }
  | { readonly type: 'togglePane'; readonly pane: Pane }
  | { readonly type: 'search'; readonly query: string }
  | { readonly type: 'sort'; readonly sorting: Sorting }
  | { readonly type: 'resizePane'; readonly percent: number };

export type PanelEffect =
  /** Forget all data, and ask for those of the source. */
  | { readonly type: 'load' }
  /** The reader is busy: new data wait. */
  | { readonly type: 'hold' }
  /** To the root, with the function of the row lit up. */
  | { readonly type: 'enterRow'; readonly row: string }
  /** Build the tree anew, with the reader at the same place. */
  | { readonly type: 'rebuild' }
  | { readonly type: 'draw' }
  | { readonly type: 'scrollToRoot' }
  /** Give the keyboard to the pane; to the graph when there is none. */
  | { readonly type: 'focusPane'; readonly pane: Pane }
  | { readonly type: 'post'; readonly message: FromPage };

export interface Update {
  readonly state: PanelState;
  readonly effects: readonly PanelEffect[];
}

export function update(state: PanelState, action: PanelAction): Update {
  switch (action.type) {
    case 'source':
      return showSource(state, action.file);
    case 'narrow':
      return narrow(state, action.row, action.loading);
    case 'group':
      return group(state, action.grouping);
    case 'anomaliesOnly':
      return { state: { ...state, anomaliesOnly: action.anomaliesOnly }, effects: REBUILD };
    case 'turn':
      return turn(state);
    case 'togglePane':
      return togglePane(state, action.pane);
    case 'search':
      return { state: { ...state, query: action.query }, effects: [{ type: 'hold' }] };
    case 'sort':
      return { state: { ...state, sorting: action.sorting }, effects: [] };
    case 'resizePane':
      return { state: { ...state, paneHeight: action.percent }, effects: [] };
  }
}

const REBUILD: readonly PanelEffect[] = [{ type: 'hold' }, { type: 'rebuild' }];

/** The zoom is kept by name: the file of a recording has the same functions. Rows are numbers. */
function showSource(state: PanelState, file: string | undefined): Update {
  const same = file === state.source.file;
  const source = file === undefined ? {} : { file };
  const row = same ? state.row : '';
  return { state: { ...state, source, row }, effects: [{ type: 'load' }] };
}

/** While stacks are loading there is nothing to go to: the row is found when they are here. */
function narrow(state: PanelState, row: string, loading: boolean): Update {
  if (loading && row === state.row) return { state, effects: [] };
  const narrowed = { ...state, row, focus: [] };
  if (loading) return { state: narrowed, effects: [] };
  return { state: narrowed, effects: [{ type: 'enterRow', row }, ...REBUILD] };
}

function group(state: PanelState, grouping: Grouping): Update {
  if (grouping === state.grouping) return { state, effects: [] };
  const grouped = { ...state, grouping };
  return { state: grouped, effects: [...REBUILD, tellTaste(grouped)] };
}

function turn(state: PanelState): Update {
  const turned: PanelState = {
    ...state,
    orientation: state.orientation === 'icicle' ? 'flame' : 'icicle',
  };
  return {
    state: turned,
    effects: [tellTaste(turned), { type: 'draw' }, { type: 'scrollToRoot' }],
  };
}

/** Drawn at once: the next key is for the rows, and may come before the next frame. */
function togglePane(state: PanelState, toggled: Pane): Update {
  const pane = state.pane === toggled ? 'none' : toggled;
  return { state: { ...state, pane }, effects: [{ type: 'draw' }, { type: 'focusPane', pane }] };
}

function tellTaste(state: PanelState): PanelEffect {
  return { type: 'post', message: { type: 'preferences', preferences: readPreferences(state) } };
}
