/** What a reader has chosen in the tab, kept over a reload of the window. */
import type { Grouping } from '../src/core/callTree';
import type { Sorting } from '../src/flamegraph/live/functionTotals';
import type { Place } from '../src/flamegraph/live/place';
import type { Orientation } from '../src/flamegraph/layout';
import type { PanelSource } from '../src/flamegraph/panelMessages';

export type Pane = 'none' | 'functions' | 'neighbours';

export interface PanelState {
  readonly source: PanelSource;
  readonly row: string;
  readonly grouping: Grouping;
  readonly anomaliesOnly: boolean;
  readonly orientation: Orientation;
  readonly query: string;
  readonly focus: Place;
  readonly pane: Pane;
  /** Share of the window that the pane takes, percent. */
  readonly paneHeight: number;
  readonly sorting: Sorting;
}

export const INITIAL_STATE: PanelState = {
  source: {},
  row: '',
  grouping: 'thread',
  anomaliesOnly: false,
  orientation: 'icicle',
  query: '',
  focus: [],
  pane: 'none',
  paneHeight: 40,
  sorting: { by: 'self', descending: true },
};

export interface VsCode {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

export function storedState(vscode: VsCode): PanelState {
  const stored = vscode.getState();
  return { ...INITIAL_STATE, ...(typeof stored === 'object' ? stored : {}) };
}
