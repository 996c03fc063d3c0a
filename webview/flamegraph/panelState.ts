/** What a reader has chosen in the tab, kept over a reload of the window. */
import type { Sorting } from '../../src/flamegraph/live/functionTotals';
import type { Place } from '../../src/flamegraph/live/place';
import type { PanelSource } from '../../src/messages/panelMessages';
import { readPreferences, type DrawingPreferences } from '../../src/flamegraph/drawingPreferences';

export type Pane = 'none' | 'functions' | 'neighbours';

export interface PanelState extends DrawingPreferences {
  readonly source: PanelSource;
  readonly row: string;
  readonly anomaliesOnly: boolean;
  readonly query: string;
  readonly focus: Place;
  readonly pane: Pane;
  /** Share of the window that the pane takes, percent. */
  readonly paneHeight: number;
  readonly sorting: Sorting;
}

const INITIAL_STATE = {
  source: {},
  row: '',
  anomaliesOnly: false,
  query: '',
  focus: [] as Place,
  pane: 'none' as Pane,
  paneHeight: 40,
  sorting: { by: 'self', descending: true } as Sorting,
};

export interface VsCode {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** @param page its data: the preferences of the tab before */
export function startingState(
  vscode: VsCode,
  page: Readonly<Record<string, string | undefined>>,
): PanelState {
  const stored = vscode.getState();
  const own = typeof stored === 'object' ? stored : {};
  return { ...INITIAL_STATE, ...readPreferences(page), ...own };
}

/** Why there is nothing to draw, in words; undefined where there is something. */
export function whyEmpty(
  samples: number,
  { row, anomaliesOnly }: Pick<PanelState, 'row' | 'anomaliesOnly'>,
  recording: boolean,
): string | undefined {
  if (samples > 0) return undefined;
  if (row !== '' || anomaliesOnly) return 'No samples here yet.';
  return recording ? 'Waiting for the first samples…' : 'There are no samples in this recording.';
}
