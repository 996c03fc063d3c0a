/**
 * Numbers out of the bytes of an ELF file. Every one of them may be a lie: reads go through
 * `ByteSource`, which refuses what is not in the file, and numbers are doubles, which lose digits
 * beyond 2^53 but never wrap, so that sums of two of them can be compared safely.
 */
import type { ByteSource } from './fileAccess';

/** Width and byte order: `EI_CLASS` and `EI_DATA` of the ELF header. */
export interface ElfFormat {
  readonly wide: boolean;
  readonly littleEndian: boolean;
}

/** What is wrong with a file. Caught at the edge of this reader, in `elf.ts`. */
export class MalformedElf extends Error {}

export class ElfFields {
  readonly #view: DataView;
  readonly #little: boolean;
  readonly #wide: boolean;

  constructor(bytes: Buffer, format: ElfFormat) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#little = format.littleEndian;
    this.#wide = format.wide;
  }

  byte(at: number): number {
    return this.#view.getUint8(at);
  }

  half(at: number): number {
    return this.#view.getUint16(at, this.#little);
  }

  word(at: number): number {
    return this.#view.getUint32(at, this.#little);
  }

  /** An `Addr`, `Off` or `Xword`: 8 bytes in a 64-bit file, 4 in a 32-bit one. */
  long(at: number): number {
    if (!this.#wide) return this.word(at);
    const [low, high] = this.#little ? [at, at + 4] : [at + 4, at];
    return this.word(high) * 2 ** 32 + this.word(low);
  }
}

export function need(source: ByteSource, offset: number, length: number, what: string): Buffer {
  const bytes = source.read(offset, length);
  if (!bytes) throw new MalformedElf(`${what} not all in the file`);
  return bytes;
}
