/** Writes a capture file while a recording runs; a failed write ends the capture, not the recording. */
import { closeSync, createWriteStream, fchownSync, type WriteStream } from 'node:fs';
import { createFile, requireFileOrNothing } from '../files/regularFile';
import { callingUser } from '../privilege/callingUser';
import { formatEvent, formatHeader } from './captureFile';
import type { CaptureHeader } from '../ticks/captureHeader';
import type { SourceEvent } from '../ticks/events';

export class CaptureWriter {
  #stream: WriteStream | undefined;

  /** @param onError called once, with the file system's error */
  constructor(
    path: string,
    header: CaptureHeader,
    private readonly onError: (error: Error) => void,
  ) {
    try {
      // Flushed, so that a disk on which there was no room for it says so before it is closed.
      const options = { fd: openFor(path), encoding: 'latin1', flush: true } as const;
      this.#stream = createWriteStream(path, options);
      this.#stream.on('error', (error) => this.#fail(error));
      this.#stream.write(`${formatHeader(header)}\n`);
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  write(event: SourceEvent): void {
    this.#stream?.write(`${formatEvent(event)}\n`);
  }

  /** Resolves when everything is on the disk, or could not be put there, and that has been told. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#stream) return resolve();
      // The last error is told before it, and after what `end` tells.
      this.#stream.once('close', () => resolve());
      this.#stream.end();
    });
  }

  #fail(error: Error): void {
    if (this.#stream?.destroyed === false) this.#stream.destroy();
    this.#stream = undefined;
    this.onError(error);
  }
}

/** A new file in the place of an old one, for its owner alone: who called sudo. */
function openFor(path: string): number {
  requireFileOrNothing(path);
  const file = createFile(path);
  try {
    const owner = callingUser();
    if (owner) fchownSync(file, owner.uid, owner.gid);
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}
