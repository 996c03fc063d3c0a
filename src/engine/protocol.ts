/**
 * What the editor and its engine say to each other. The engine is a child process: it holds the
 * recording, so that the extension host is never busy with it, and saves it when the host dies.
 */
import type { LoadLimit, LoadStatus } from '../core/loadWatch';
import type { Totals } from '../core/accounting';
import type { Failure } from '../capture/failure';
import type { CaptureOptions } from '../capture/options';
import type { RecordingState } from './recording';

export interface StartRequest {
  readonly capture: CaptureOptions;
  /** Record only while the load is over this: the load monitor. */
  readonly limit?: LoadLimit;
  readonly maxStacks: number;
  readonly reportInterval: number;
  /** Where the results go; absent: they stay in memory. */
  readonly folder?: string;
  /** Replay this capture instead of recording. */
  readonly replay?: string;
}

export type ToEngine =
  | { readonly type: 'start'; readonly request: StartRequest }
  | { readonly type: 'stop' }
  | {
      readonly type: 'children';
      readonly question: number;
      /** Id of a row, or '' for the processes. */
      readonly parent: string;
      readonly limit: number;
    }
  /** The flame graph of a file of stacks, or of the last recording. */
  | { readonly type: 'picture'; readonly question: number; readonly file?: string };

export type FromEngine =
  | { readonly type: 'state'; readonly state: RecordingState }
  | { readonly type: 'started'; readonly title: string; readonly lowered?: number }
  | { readonly type: 'tick'; readonly summary: Summary }
  | { readonly type: 'children'; readonly question: number; readonly children: Children }
  /** Every report of the load monitor. */
  | { readonly type: 'blocks'; readonly text: string }
  | { readonly type: 'picture'; readonly question: number; readonly picture: Picture }
  | {
      readonly type: 'ended';
      readonly summary: Summary;
      readonly failure?: Failure;
      /** Paths of the results that were written. */
      readonly files: readonly string[];
    }
  | { readonly type: 'message'; readonly level: 'info' | 'error'; readonly text: string };

/** The recording in numbers. */
export interface Summary {
  readonly seconds: number;
  readonly totals: Totals;
  readonly processes: number;
  readonly stacks: number;
  /** What the load does, where it decides what is recorded. */
  readonly load?: LoadStatus;
}

/** A flame graph as SVG, or why there is none. */
export type Picture = { readonly svg: string } | { readonly problem: string };

export type RowKind = 'process' | 'thread' | 'stack' | 'frame';

/** One row of the tree. Texts are plain and safe to show: control characters are escaped. */
export interface Row {
  /** Stable while the recording lasts, so that the row keeps its expansion and selection. */
  readonly id: string;
  readonly kind: RowKind;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  readonly expandable: boolean;
  /** The process the row belongs to. */
  readonly tgid: number;
}

export interface Children {
  readonly rows: readonly Row[];
  /** Rows that the limit left out. */
  readonly more: number;
}
