/**
 * What the page of the flame graph tab and the extension say to each other. The page speaks first,
 * and asks for data when it can use them: while it is hidden or its reader is busy it does not.
 */
import type { FeedChunk } from '../core/stackFeed';
import type { DrawingPreferences } from '../flamegraph/drawingPreferences';
import type { PictureInfo } from '../flamegraph/wording';

/** What a tab shows: the recording of this window, or a file. */
export interface PanelSource {
  /** Path of a file of stacks; absent: the recording. */
  readonly file?: string;
}

export type FromPage =
  /** The page listens. */
  | { readonly type: 'ready' }
  /** Ready for the next chunk; `anew`: from the start. */
  | { readonly type: 'pull'; readonly anew: boolean; readonly epoch: number }
  /** A frame was chosen in the picture: show it in the Processes view. */
  | { readonly type: 'reveal'; readonly row: string }
  /** Back to everything, or to part of it. */
  | { readonly type: 'narrow'; readonly row: string }
  /** Chosen just now, for this tab and those that are opened later. */
  | { readonly type: 'preferences'; readonly preferences: DrawingPreferences }
  | { readonly type: 'copy'; readonly text: string; readonly what: string }
  | { readonly type: 'save'; readonly svg: string }
  | { readonly type: 'goToFunction'; readonly name: string }
  | { readonly type: 'openInSpeedscope' }
  | { readonly type: 'openFile' }
  | { readonly type: 'start' };

export type ToPage =
  /** Forget everything: this is shown from now on. */
  | { readonly type: 'source'; readonly source: PanelSource }
  /** A tick was counted; `seconds` since the start of the recording. */
  | { readonly type: 'tick'; readonly seconds: number }
  /** What the reader has to know of the recording; '' when all is well. */
  | { readonly type: 'notice'; readonly text: string }
  /** `epoch` is that of the pull: an answer to an earlier source is dropped. */
  | {
      readonly type: 'chunk';
      readonly epoch: number;
      readonly chunk: FeedChunk;
      /** The chunk is the first of all, asked for or not: the engine has begun anew. */
      readonly first: boolean;
      readonly info: PanelInfo;
    }
  | {
      readonly type: 'problem';
      readonly epoch: number;
      readonly kind: ProblemKind;
      readonly text: string;
    }
  /** Row of the Processes view to show alone; '' for everything. */
  | { readonly type: 'narrow'; readonly row: string };

/** Why there are no stacks: none were recorded yet, or they cannot be had. */
export type ProblemKind = 'nothingRecorded' | 'unavailable';

export interface PanelInfo {
  readonly picture: PictureInfo;
  /** Seconds of the recording that the chunk includes. */
  readonly seconds: number;
  readonly recording: boolean;
}
