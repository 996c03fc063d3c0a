/** Bytes in, lines out. Lines are latin1 strings, so that no byte of a path is lost. */

/** A longer line can only be damage or malice; it comes out cut to this many bytes. */
export const MAX_LINE = 1 << 20;

export class LineSplitter {
  #rest = '';
  #cut = false;

  /** The lines that this chunk completes, without their line ends. */
  push(chunk: Buffer): string[] {
    const lines = (this.#rest + chunk.toString('latin1')).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#cut && lines.length > 0) {
      lines.shift();
      this.#cut = false;
    }
    return this.#bounded(lines);
  }

  /** What came after the last line end. */
  finish(): string[] {
    const rest = this.#cut ? '' : this.#rest;
    this.#rest = '';
    return rest === '' ? [] : [rest];
  }

  #bounded(lines: string[]): string[] {
    const bounded = lines.map((line) => (line.length > MAX_LINE ? line.slice(0, MAX_LINE) : line));
    if (this.#rest.length > MAX_LINE) {
      if (!this.#cut) bounded.push(this.#rest.slice(0, MAX_LINE));
      this.#rest = '';
      this.#cut = true;
    }
    return bounded;
  }
}
