/** A helper that runs, as we hold on to it: a child process, or one in a terminal of the person. */
import type { Readable, Writable } from 'node:stream';

export interface HelperProcess {
  /** Absent when it is not our child. */
  readonly pid?: number | undefined;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** From now on it does not keep us from ending. */
  unref?(): void;
  /** It has ended, by itself (with its status) or by a signal (null). */
  once(event: 'exit', listener: (status: number | null) => void): unknown;
  /** Nothing more comes. */
  once(event: 'close', listener: () => void): unknown;
  once(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}
