/**
 * What this window knows of its recording: the one that runs, or the last one. State and event in,
 * state out; whoever has to know whether something is recorded asks here.
 */
import type { FromEngine, Summary } from '../../messages/engineMessages';
import type { RecordingState } from '../../recording/recording';
import { logIn } from '../resultLog';

export interface RecordingModel {
  /** As the engine said last. */
  readonly state: RecordingState;
  /** The engine was asked to start one, and has not said anything yet. */
  readonly requested: boolean;
  /** What is recorded, in words. */
  readonly title: string;
  /** Absent before the first tick, and when the engine took it along. */
  readonly summary: Summary | undefined;
  /** Paths of the results that were written at its end. */
  readonly files: readonly string[];
  /** There was a recording in this window: what is left from an earlier window is not the last one. */
  readonly started: boolean;
  /** Grows when ids of rows begin anew: with each recording, and when an engine crashed. */
  readonly rows: number;
}

export const NEVER_RECORDED: RecordingModel = {
  state: 'ended',
  requested: false,
  title: '',
  summary: undefined,
  files: [],
  started: false,
  rows: 0,
};

export type RecordingEvent =
  FromEngine | { readonly type: 'requested' } | { readonly type: 'crashed' };

export function nextModel(model: RecordingModel, event: RecordingEvent): RecordingModel {
  switch (event.type) {
    case 'requested':
      return { ...model, requested: true, summary: undefined, files: [] };
    case 'state':
      return { ...model, requested: false, state: event.state };
    case 'started':
      return { ...model, title: event.title, started: true, rows: model.rows + 1 };
    case 'tick':
      return { ...model, summary: event.summary };
    case 'ended':
      return { ...model, summary: event.summary, files: event.files };
    case 'crashed':
      return { ...model, summary: undefined, rows: model.rows + 1 };
    default:
      return model;
  }
}

/** The state to show: a recording that was asked for is starting, though no engine runs yet. */
export function shownState({ state, requested }: RecordingModel): RecordingState {
  return requested ? 'starting' : state;
}

/** No other recording can be started. */
export function isBusy(model: RecordingModel): boolean {
  return shownState(model) !== 'ended';
}

/** There is something to draw and to sort. */
export function hasStacks({ summary }: RecordingModel): boolean {
  return (summary?.totals.recorded ?? 0) > 0;
}

export function hasLog({ files }: RecordingModel): boolean {
  return logIn(files) !== undefined;
}

/**
 * A recording is over, and an engine that was killed leaves its journal behind. One that ended
 * without having recorded left none: to look again would start the next, without end where none can
 * be started.
 */
export function hasLeft(before: RecordingModel, { state }: RecordingModel): boolean {
  return before.state !== 'ended' && state === 'ended';
}
