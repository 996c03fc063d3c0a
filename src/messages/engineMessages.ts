/**
 * What the editor and its engine say to each other. The engine is a child process: it holds the
 * recording, so that the extension host is never busy with it, and saves it when the host dies.
 */
import type { LoadLimit, LoadStatus } from '../core/loadWatch';
import type { Totals } from '../core/accounting';
import type { RowRef } from '../core/rowId';
import type { Failure } from '../failures/failure';
import type { CaptureOptions } from '../ticks/options';
import type { FeedChunk } from '../core/stackFeed';
import type { PanelInfo, ProblemKind } from './panelMessages';
import type { TerminalCommand } from '../helper/terminalHelper';
import type { RecordingState } from '../recording/recording';
import type { SpeedscopeAnswer } from '../results/speedscopeFile';
import type { SavedRecording, UnsavedRecording } from '../journal/unsaved';

export interface StartRequest {
  readonly capture: CaptureOptions;
  /** Record only while the load is over this: the load monitor. */
  readonly limit?: LoadLimit;
  readonly maxStacks: number;
  readonly reportInterval: number;
  /** Where the results go; absent: they stay in memory. */
  readonly folder?: string;
  /** Where the journal is kept until the results are saved. */
  readonly journals?: string;
  /** Replay this capture instead of recording. */
  readonly replay?: string;
  /** Ask for a password in a terminal of the editor, and in no other way. */
  readonly inTerminal?: boolean;
}

export type ToEngine =
  | { readonly type: 'start'; readonly request: StartRequest }
  /** Which recordings of an editor that crashed are in this folder of journals? */
  | { readonly type: 'findUnsaved'; readonly journals: string }
  | { readonly type: 'saveUnsaved'; readonly journal: string; readonly folder: string }
  | { readonly type: 'discardUnsaved'; readonly journal: string }
  | { readonly type: 'stop' }
  | {
      readonly type: 'children';
      readonly question: number;
      /** Id of a row, or '' for the processes. */
      readonly parent: string;
      readonly limit: number;
      /** Id of a row that is wanted although the limit may leave it out. */
      readonly kept?: string;
      /** The most unusual rows first; else the busiest. */
      readonly unusualFirst?: boolean;
    }
  /** Where a row is: to show it in the tree. */
  | {
      readonly type: 'locate';
      readonly question: number;
      readonly row: string;
    }
  /** The tree shows this file of stacks until a recording starts; without one, the recording. */
  | { readonly type: 'showFile'; readonly question: number; readonly file?: string }
  /** What is new for a flame graph tab. */
  | ({ readonly type: 'feed'; readonly question: number } & FeedQuestion)
  | { readonly type: 'closePanel'; readonly panel: number }
  /** Stacks of a file, or of the last recording, for speedscope, in a new file at `path`. */
  | {
      readonly type: 'speedscope';
      readonly question: number;
      readonly path: string;
      readonly file?: string;
    };

export type FromEngine =
  | { readonly type: 'state'; readonly state: RecordingState }
  | {
      readonly type: 'started';
      readonly title: string;
      /** The rate, where it had to be lower than asked for. */
      readonly lowered?: number;
      /** Where its stacks will stand; absent: they stay in memory. */
      readonly result?: string;
    }
  | { readonly type: 'unsaved'; readonly recordings: readonly UnsavedRecording[] }
  | ({ readonly type: 'savedUnsaved'; readonly journal: string } & SavedRecording)
  | { readonly type: 'tick'; readonly summary: Summary }
  | { readonly type: 'children'; readonly question: number; readonly children: Children }
  /** Run this in a terminal now: it asks for a password there, and the recording waits for it. */
  | { readonly type: 'terminal'; readonly command: TerminalCommand }
  /** Something unusual began: one for each cause. */
  | { readonly type: 'unusual'; readonly causes: readonly UnusualCause[] }
  /** Every report of the load monitor. */
  | { readonly type: 'blocks'; readonly text: string }
  | { readonly type: 'locate'; readonly question: number; readonly path: readonly Row[] }
  | ({ readonly type: 'showFile'; readonly question: number } & Shown)
  | { readonly type: 'feed'; readonly question: number; readonly answer: FeedAnswer }
  | { readonly type: 'speedscope'; readonly question: number; readonly answer: SpeedscopeAnswer }
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
  /** Stacks that are unusual now. */
  readonly unusual: number;
  /** What the load does, where it decides what is recorded. */
  readonly load?: LoadStatus;
  /** There has been no data for so long; bpftrace is being started anew. */
  readonly silentSeconds?: number;
}

export type RowKind = RowRef['kind'];

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
  /** Of a frame, and of the leaf of a stack: the function's whole name. */
  readonly name?: string;
  /** Of a stack: as one line of folded text. */
  readonly folded?: string;
  /** What is unusual about it; of a process or a pid, about its stacks. */
  readonly unusual?: Unusual;
}

export interface Shown {
  /** False while a recording runs, whose rows stay, and for a file that names no process. */
  readonly shown: boolean;
  /** Why the file cannot be read. */
  readonly problem?: string;
}

export interface Unusual {
  /** Now, or earlier in this recording. */
  readonly now: boolean;
  /** Why, in words: `8.3 times its usual rate, 412 samples in 5 s, since 14:03:10`. */
  readonly reason: string;
}

export interface UnusualCause {
  /** `burst (1234): new: 412 samples in 5 s, since 14:03:10: work < sudden`. */
  readonly text: string;
  /** What it is about, for a list of several: `burst (1234)`. */
  readonly process: string;
  /** The row of its first stack. */
  readonly row: string;
}

export interface Children {
  readonly rows: readonly Row[];
  /** Rows that the limit left out. */
  readonly more: number;
}

export type FeedAnswer =
  | {
      readonly chunk: FeedChunk;
      readonly info: PanelInfo;
      /** The chunk is the first of all: what the tab holds is of another engine or recording. */
      readonly first: boolean;
    }
  | { readonly problem: string; readonly kind: ProblemKind };

export interface FeedQuestion {
  readonly panel: number;
  /** From the start: the tab holds nothing yet. */
  readonly anew: boolean;
  /** Path of a file of stacks; absent: the recording. */
  readonly file?: string;
}
