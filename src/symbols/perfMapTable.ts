/**
 * The functions that a perf map lists. A line of it (Linux tools/perf/Documentation/jit-interface.txt),
 * start and size in hexadecimal:
 *
 *   7f5d7c0061c0 288 JS:*hot /tmp/work/hot.js:1:13
 *
 * A JIT reuses its memory, so the same address may be listed again, and the later line is right.
 */
import { layIntervals, type Intervals } from './intervals';

/** Names of some generics are long; a line of garbage is longer. */
const MAX_NAME_BYTES = 4096;
/** What a large JVM has, ten times over. */
const MAX_ENTRIES = 500_000;

const NEWLINE = 0x0a;
const SPACE = 0x20;

/** A part of the list, from entry `first` on up to the next layer. */
interface Layer {
  readonly first: number;
  readonly intervals: Intervals;
}

export class PerfMapTable {
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #names: string[] = [];
  /**
   * Older first, each at least twice as long as the next. Growing by a line means laying a short
   * layer anew, not the whole list.
   */
  readonly #layers: Layer[] = [];

  /** Whole lines. What is no entry is skipped. @returns how many entries there were */
  append(lines: Buffer): number {
    const first = this.#starts.length;
    let at = 0;
    while (at < lines.length && this.#starts.length < MAX_ENTRIES) {
      const newline = lines.indexOf(NEWLINE, at);
      const end = newline < 0 ? lines.length : newline;
      this.#addLine(lines, at, end);
      at = end + 1;
    }
    if (this.#starts.length > first) this.#addLayer(first);
    return this.#starts.length - first;
  }

  find(address: number): string | undefined {
    for (let i = this.#layers.length - 1; i >= 0; i--) {
      const { first, intervals } = this.#layers[i]!;
      const entry = intervals.find(address);
      if (entry >= 0) return this.#names[first + entry];
    }
    return undefined;
  }

  #addLine(bytes: Buffer, from: number, to: number): void {
    const start = readHex(bytes, from, to);
    const size = start && readHex(bytes, start.next, to);
    if (!size || size.value === 0 || size.next >= to) return;
    this.#starts.push(start.value);
    this.#ends.push(start.value + size.value);
    this.#names.push(bytes.toString('utf8', size.next, Math.min(to, size.next + MAX_NAME_BYTES)));
  }

  #addLayer(added: number): void {
    let first = added;
    for (let last = this.#layers.at(-1); last; last = this.#layers.at(-1)) {
      if (first - last.first >= 2 * (this.#starts.length - first)) break;
      first = last.first;
      this.#layers.pop();
    }
    const intervals = layIntervals(this.#starts.slice(first), this.#ends.slice(first));
    this.#layers.push({ first, intervals });
  }
}

/** A number and the space after it; some runtimes write `0x` before it. */
function readHex(
  bytes: Buffer,
  from: number,
  to: number,
): { value: number; next: number } | undefined {
  const begin = bytes[from] === 0x30 && bytes[from + 1] === 0x78 ? from + 2 : from;
  let value = 0;
  let at = begin;
  for (; at < to && bytes[at] !== SPACE; at++) {
    const digit = hexDigit(bytes[at]!);
    if (digit < 0 || at - begin === 16) return undefined;
    value = value * 16 + digit;
  }
  return at > begin && at < to ? { value, next: at + 1 } : undefined;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
