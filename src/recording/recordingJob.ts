/**
 * A recording and everything around it, the same for every front end: the folder is checked and
 * locked, the files are written at reports and at the end, and the folder is given free again. Front
 * ends only show what they are told.
 */
import type { Failure } from '../failures/failure';
import { FolderBusyError, lockFolder, type LockedFolder } from '../results/folderLock';
import { whyNotWritable } from '../results/outputFiles';
import { CaptureFormatError } from '../sources/captureFile';
import type { Pace } from '../sources/replaySource';
import type { Recording, RecordingHooks } from './recording';
import { RecordingStore, type Unsaved } from './recordingStore';
import { liveRecording, replayRecording, type LiveRequest } from './startRecording';

export interface ReplayRequest extends Pick<LiveRequest, 'captureFile' | 'durationSeconds'> {
  /** Path of the capture. */
  readonly replay: string;
  readonly pace: Pace;
}

export interface JobRequest {
  /** What to record. Asked for when the folder is locked: a refused job starts no command. */
  readonly source: () => LiveRequest | ReplayRequest;
  /** Where the results go; absent: they stay in memory. */
  readonly folder?: string | undefined;
  /** Who holds the lock, for the sentence that refuses another recording. */
  readonly holder: string;
  /** Where the journal is kept until the results are saved. A replay can be repeated and has none. */
  readonly journals?: string | undefined;
}

export interface JobListener extends Omit<RecordingHooks, 'onReport'> {
  /** The files are written as far as they are due; `last` once the recording has ended. */
  onReport?(last: boolean): void;
  /** Something cannot be written; the recording goes on. */
  onComplaint(text: string): void;
}

export interface JobEnd {
  readonly failure: Failure | undefined;
  /** Paths of the files that were written. */
  readonly files: readonly string[];
  /** Absent when everything was saved. */
  readonly unsaved: Unsaved | undefined;
}

/** Why there is no job. An `error` is one of the file system. */
export type JobRefusal =
  | { readonly refused: 'unwritable'; readonly reason: string }
  | { readonly refused: 'busy'; readonly reason: string; readonly advice: string }
  | { readonly refused: 'lock'; readonly error: unknown }
  | { readonly refused: 'noCapture'; readonly reason: string }
  | { readonly refused: 'unreadable'; readonly error: unknown }
  | { readonly refused: 'failure'; readonly failure: Failure };

export class RecordingJob {
  /** Locks the folder; the recording is not started yet. */
  static make(request: JobRequest, listener: JobListener): RecordingJob | JobRefusal {
    const place = claim(request);
    if ('refused' in place) return place;
    const store = new RecordingStore(place.folder, (text) => listener.onComplaint(text));
    let job: RecordingJob | undefined;
    try {
      const source = request.source();
      const recording = record(source, hooksOf(listener, store));
      if ('refused' in recording) return recording;
      const journals = 'replay' in source ? undefined : request.journals;
      job = new RecordingJob(recording, store, listener, journals, place.unlock);
      return job;
    } finally {
      if (!job) place.unlock();
    }
  }

  private constructor(
    readonly recording: Recording,
    private readonly store: RecordingStore,
    private readonly listener: JobListener,
    private readonly journals: string | undefined,
    private readonly unlock: () => void,
  ) {}

  /** Path of the journal that is being written. */
  get journal(): string | undefined {
    return this.recording.state === 'ended' ? undefined : this.store.journalPath;
  }

  /** From the start of the recording until its files are written and the folder is free. */
  async run(): Promise<JobEnd> {
    const failure = await this.#recordAndSave();
    const unsaved = this.store.closeJournal(this.recording);
    return { failure, files: this.store.written, unsaved };
  }

  async #recordAndSave(): Promise<Failure | undefined> {
    try {
      if (this.journals !== undefined) this.store.openJournal(this.journals, this.recording);
      this.recording.start();
      const { begun, failure } = await this.recording.ended;
      if (begun) this.#save();
      return failure;
    } finally {
      this.unlock();
    }
  }

  #save(): void {
    this.store.save(this.recording);
    this.listener.onReport?.(true);
  }
}

interface Place {
  readonly folder?: LockedFolder['folder'];
  readonly unlock: () => void;
}

function claim({ folder, holder }: JobRequest): Place | JobRefusal {
  if (folder === undefined) return { unlock: () => {} };
  const reason = whyNotWritable(folder);
  if (reason !== undefined) return { refused: 'unwritable', reason };
  try {
    return lockFolder(folder, holder);
  } catch (error) {
    if (!(error instanceof FolderBusyError)) return { refused: 'lock', error };
    return { refused: 'busy', reason: error.message, advice: error.advice };
  }
}

function record(
  source: LiveRequest | ReplayRequest,
  hooks: RecordingHooks,
): Recording | JobRefusal {
  try {
    const made = 'replay' in source ? replay(source, hooks) : liveRecording(source, hooks);
    return 'problem' in made ? { refused: 'failure', failure: made } : made;
  } catch (error) {
    if (!(error instanceof CaptureFormatError)) return { refused: 'unreadable', error };
    return { refused: 'noCapture', reason: error.message };
  }
}

function replay({ replay, pace, ...options }: ReplayRequest, hooks: RecordingHooks): Recording {
  return replayRecording(replay, pace, hooks, options);
}

function hooksOf(listener: JobListener, store: RecordingStore): RecordingHooks {
  return {
    ...listener,
    onTick: (tick) => {
      store.add(tick);
      listener.onTick?.(tick);
    },
    onReport: (recording) => {
      store.report(recording);
      listener.onReport?.(false);
    },
  };
}
