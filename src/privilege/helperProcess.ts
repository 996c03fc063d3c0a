/** A running helper as the engine sees it: a child process, or one in a terminal of the editor. */
import type { Readable, Writable } from 'node:stream';

export interface HelperProcess {
  /** Absent when it is not our child. */
  readonly pid?: number | undefined;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Lets our process end while the helper still runs. */
  unref?(): void;
  /** The helper has ended by itself (with its status) or by a signal (null). */
  once(event: 'exit', listener: (status: number | null) => void): unknown;
  /** All output has been read. */
  once(event: 'close', listener: () => void): unknown;
  once(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}
