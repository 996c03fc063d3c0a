/** Reads a capture while it is written, however large it becomes. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { LineSplitter } from '../../src/sources/lineSplitter';
import { SoakCapture } from './soakCapture';

const CHUNK = 1 << 20;

export class CaptureReader {
  readonly capture = new SoakCapture();
  /** Bytes read so far. */
  size = 0;
  readonly #lines = new LineSplitter();

  constructor(private readonly path: string) {}

  /** Up to its present end. */
  readOn(): void {
    const file = openSync(this.path, 'r');
    try {
      this.#readTo(file, fstatSync(file).size);
    } finally {
      closeSync(file);
    }
  }

  #readTo(file: number, end: number): void {
    const buffer = Buffer.alloc(CHUNK);
    while (this.size < end) {
      const length = readSync(file, buffer, 0, Math.min(CHUNK, end - this.size), this.size);
      if (length === 0) return;
      this.size += length;
      for (const line of this.#lines.push(buffer.subarray(0, length))) this.capture.see(line);
    }
  }
}
