/** Replays a capture file as if its helper were here. */
import { closeSync, readSync } from 'node:fs';
import { openRegular } from '../files/regularFile';
import { readEvent, readHeader, CaptureFormatError } from './captureFile';
import type { CaptureHeader } from '../ticks/captureHeader';
import type { SourceEvent } from '../ticks/events';
import { LineSplitter } from './lineSplitter';
import type { Source } from './source';

const CHUNK = 256 * 1024;
/** A header longer than this is not one of ours. */
const MAX_HEADER = 64 * 1024;

/** `real` keeps the time between ticks, `fast` goes as fast as it can. */
export type Pace = 'real' | 'fast';

export class ReplaySource implements Source {
  readonly way = 'replay';
  readonly header: CaptureHeader;
  readonly #file: number;
  readonly #splitter = new LineSplitter();
  #position = 0;
  #line = 1;
  #stopped = false;
  #wake: (() => void) | undefined;
  #origin: { kernel: number; clock: number } | undefined;

  /** @throws CaptureFormatError when the file is not a capture; NotAFileError; the file system's own errors. */
  constructor(
    path: string,
    private readonly pace: Pace,
  ) {
    this.#file = openRegular(path, 'follow');
    try {
      this.header = readHeader(this.#readHeaderLine());
    } catch (error) {
      closeSync(this.#file);
      throw error;
    }
  }

  #readHeaderLine(): string {
    const bytes = Buffer.alloc(MAX_HEADER);
    const length = readSync(this.#file, bytes, 0, MAX_HEADER, 0);
    const end = bytes.subarray(0, length).indexOf(10);
    if (end < 0) throw new CaptureFormatError('line 1 is not the header of a capture');
    this.#position = end + 1;
    return bytes.toString('latin1', 0, end);
  }

  start(deliver: (event: SourceEvent) => void): void {
    void this.#run(deliver).catch((error: unknown) => {
      deliver({ kind: 'message', line: `R ${error instanceof Error ? error.message : error}` });
      deliver({ kind: 'end', status: null });
    });
  }

  announce(): void {
    // Mappings are only needed to answer.
  }

  answer(): void {
    // The answers follow in the file.
  }

  command(): void {
    // What was said to the helper then has its effects in the file.
  }

  stop(): void {
    this.#stopped = true;
    this.#wake?.();
  }

  async #run(deliver: (event: SourceEvent) => void): Promise<void> {
    try {
      for (let lines = this.#read(); lines; lines = this.#read()) {
        for (const line of lines) {
          const event = readEvent(line, ++this.#line);
          await this.#keepPace(event);
          if (this.#stopped) return deliver({ kind: 'end', status: 0 });
          deliver(event);
          if (event.kind === 'end') return;
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
      throw new CaptureFormatError('the capture is cut off');
    } finally {
      closeSync(this.#file);
    }
  }

  /** The next complete lines, or undefined at the end of the file. */
  #read(): string[] | undefined {
    const bytes = Buffer.alloc(CHUNK);
    const length = readSync(this.#file, bytes, 0, CHUNK, this.#position);
    this.#position += length;
    return length === 0 ? undefined : this.#splitter.push(bytes.subarray(0, length));
  }

  async #keepPace(event: SourceEvent): Promise<void> {
    if (this.pace === 'fast' || event.kind !== 'output') return;
    const found = /^(?:READY|TICK [ab]|FINAL) (\d+)$/.exec(event.line);
    if (!found) return;
    const kernel = Number(found[1]) / 1e6;
    this.#origin ??= { kernel, clock: performance.now() };
    const due = this.#origin.clock + (kernel - this.#origin.kernel);
    await this.#sleep(due - performance.now());
  }

  #sleep(milliseconds: number): Promise<void> {
    if (milliseconds <= 0 || this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
