/**
 * The functions of one ELF file, found by address. A browser or node has more than 100,000 of them,
 * so they are kept as numbers in typed arrays; a name is made when somebody asks for it.
 */
import type { Intervals } from './intervals';
import type { StringTable } from './stringTable';

export class SymbolTable {
  readonly #intervals: Intervals;
  readonly #nameOffsets: Uint32Array;
  readonly #strings: StringTable;

  /** `intervals` gives the index of the symbol whose name begins at `nameOffsets[index]`. */
  constructor(intervals: Intervals, nameOffsets: Uint32Array, strings: StringTable) {
    this.#intervals = intervals;
    this.#nameOffsets = nameOffsets;
    this.#strings = strings;
  }

  /** `address` is one of the file, as `nm` prints them. */
  nameAt(address: number): string | undefined {
    const symbol = this.#intervals.find(address);
    return symbol < 0
      ? undefined
      : this.#strings.bytes(this.#nameOffsets[symbol]!).toString('utf8');
  }

  get size(): number {
    return this.#nameOffsets.length;
  }

  get byteLength(): number {
    return this.#intervals.byteLength + this.#nameOffsets.byteLength + this.#strings.byteLength;
  }
}
