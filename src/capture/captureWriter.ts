/** Writes a capture file while a recording runs; a failed write ends the capture, not the recording. */
import {
  closeSync,
  constants,
  createWriteStream,
  fchownSync,
  openSync,
  type WriteStream,
} from 'node:fs';
import { callingUser } from '../privilege/callingUser';
import { formatEvent, formatHeader, type CaptureHeader } from './captureFile';
import type { SourceEvent } from './events';

const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;

export class CaptureWriter {
  #stream: WriteStream | undefined;

  /** @param onError called once, with the file system's error */
  constructor(
    path: string,
    header: CaptureHeader,
    private readonly onError: (error: Error) => void,
  ) {
    try {
      this.#stream = createWriteStream(path, { fd: openFor(path), encoding: 'latin1' });
      this.#stream.on('error', (error) => this.#fail(error));
      this.#stream.write(`${formatHeader(header)}\n`);
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  write(event: SourceEvent): void {
    this.#stream?.write(`${formatEvent(event)}\n`);
  }

  /** Resolves when everything is in the file, or could not be put there. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#stream) return resolve();
      this.#stream.once('error', () => resolve());
      this.#stream.end(() => resolve());
    });
  }

  #fail(error: Error): void {
    if (this.#stream?.destroyed === false) this.#stream.destroy();
    this.#stream = undefined;
    this.onError(error);
  }
}

/** Not through a link, when root writes where others may; and it belongs to who called sudo. */
function openFor(path: string): number {
  const file = openSync(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
  try {
    const owner = callingUser();
    if (owner) fchownSync(file, owner.uid, owner.gid);
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}
