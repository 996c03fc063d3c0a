/**
 * The functions of one ELF file, found by address. A browser or node has more than 100,000 of them,
 * so they are kept as numbers in typed arrays; a name is made when somebody asks for it.
 */
import type { Intervals } from './intervals';

/** Longer than any real name; a string table without a single NUL must not become one name. */
const MAX_NAME_BYTES = 65536;

export class SymbolTable {
  readonly #intervals: Intervals;
  readonly #nameOffsets: Uint32Array;
  readonly #strings: Buffer;

  /** `intervals` gives the index of the symbol whose name begins at `nameOffsets[index]`. */
  constructor(intervals: Intervals, nameOffsets: Uint32Array, strings: Buffer) {
    this.#intervals = intervals;
    this.#nameOffsets = nameOffsets;
    this.#strings = strings;
  }

  /** `address` is one of the file, as `nm` prints them. */
  nameAt(address: number): string | undefined {
    const symbol = this.#intervals.find(address);
    return symbol < 0 ? undefined : nameIn(this.#strings, this.#nameOffsets[symbol]!);
  }

  get size(): number {
    return this.#nameOffsets.length;
  }

  get byteLength(): number {
    return this.#intervals.byteLength + this.#nameOffsets.byteLength + this.#strings.length;
  }
}

function nameIn(strings: Buffer, offset: number): string {
  const limit = Math.min(strings.length, offset + MAX_NAME_BYTES);
  const end = strings.subarray(offset, limit).indexOf(0);
  return strings.toString('utf8', offset, end < 0 ? limit : offset + end);
}
