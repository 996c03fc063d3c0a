/**
 * The names of a symbol table, read where somebody looks: the table can be any size, and mostly
 * holes. A piece is followed by a part of the next one, so that a name is never in two of them.
 */
import { MalformedElf, need } from './elfFields';
import type { ByteSource } from './fileAccess';

/** Longer than any real name; a table without a single NUL must not become one name. */
const MAX_NAME_BYTES = 65_536;
const PIECE_BYTES = 2 ** 20;
const ZEROS = Buffer.alloc(PIECE_BYTES + MAX_NAME_BYTES);

export class StringTable {
  readonly #source: ByteSource;
  readonly #offset: number;
  readonly #pieces: (Buffer | undefined)[] = [];
  readonly size: number;
  #byteLength = 0;
  /** Bytes read that nobody has been told of. */
  read = 0;

  constructor(source: ByteSource, offset: number, size: number) {
    if (!(offset + size <= source.size))
      throw new MalformedElf('names of symbols not all in the file');
    this.#source = source;
    this.#offset = offset;
    this.size = size;
  }

  /** The first byte of a name; 0 for an empty one, and where there is none. */
  first(name: number): number {
    return name < this.size ? (this.#piece(name)[name % PIECE_BYTES] ?? 0) : 0;
  }

  /** The bytes of a name, up to its end or this many. */
  bytes(name: number, most = MAX_NAME_BYTES): Buffer {
    if (name >= this.size) return ZEROS.subarray(0, 0);
    const from = name % PIECE_BYTES;
    const bytes = this.#piece(name).subarray(from, from + Math.min(most, MAX_NAME_BYTES));
    const end = bytes.indexOf(0);
    return end < 0 ? bytes : bytes.subarray(0, end);
  }

  /** Bytes in memory. */
  get byteLength(): number {
    return this.#byteLength;
  }

  /** Tells how much was read since the last time. */
  takeRead(): number {
    const { read } = this;
    this.read = 0;
    return read;
  }

  #piece(name: number): Buffer {
    const index = Math.floor(name / PIECE_BYTES);
    return (this.#pieces[index] ??= this.#load(index * PIECE_BYTES));
  }

  #load(at: number): Buffer {
    const length = Math.min(PIECE_BYTES + MAX_NAME_BYTES, this.size - at);
    const bytes = need(this.#source, this.#offset + at, length, 'names of symbols');
    this.read += length;
    // A hole costs nothing to keep.
    if (bytes.equals(ZEROS.subarray(0, length))) return ZEROS;
    this.#byteLength += length;
    return bytes;
  }
}
