/** Writes a capture file while a recording runs; a failed write ends the capture, not the recording. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { formatEvent, formatHeader, type CaptureHeader } from './captureFile';
import type { SourceEvent } from './events';

export class CaptureWriter {
  readonly #stream: WriteStream;
  #failed = false;

  /** @param onError called once, with the file system's error */
  constructor(path: string, header: CaptureHeader, onError: (error: Error) => void) {
    this.#stream = createWriteStream(path, { encoding: 'latin1', mode: 0o600 });
    this.#stream.on('error', (error) => {
      if (!this.#failed) onError(error);
      this.#failed = true;
    });
    this.#stream.write(`${formatHeader(header)}\n`);
  }

  write(event: SourceEvent): void {
    if (!this.#failed) this.#stream.write(`${formatEvent(event)}\n`);
  }

  /** Resolves when everything is in the file, or could not be put there. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#failed) return resolve();
      this.#stream.once('error', () => resolve());
      this.#stream.end(() => resolve());
    });
  }
}
