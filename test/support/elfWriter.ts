/** Writes small ELF files with any symbols, of either width and byte order, for tests. */
import type { ByteSource } from '../../src/symbols/fileAccess';

export interface WrittenSymbol {
  readonly name: string;
  readonly address: number;
  readonly size?: number;
  readonly type?: 'notype' | 'object' | 'function' | 'ifunc';
  readonly binding?: 'local' | 'global' | 'weak';
  /** Undefined ones belong to another file. */
  readonly isUndefined?: boolean;
}

export interface Written {
  readonly wide?: boolean;
  readonly littleEndian?: boolean;
  readonly machine?: number;
  readonly symbols: readonly WrittenSymbol[];
}

/** Code has these addresses, and begins at byte `CODE_OFFSET` of the file. */
export const CODE_START = 0x401000;
export const CODE_SIZE = 0x1000;
export const CODE_OFFSET = 0x400;

const TYPES = { notype: 0, object: 1, function: 2, ifunc: 10 };
const BINDINGS = { local: 0, global: 1, weak: 2 };

/** Appends numbers in the width and order of the file. */
class Writer {
  readonly bytes: number[] = [];

  constructor(
    readonly wide: boolean,
    readonly little: boolean,
  ) {}

  number(value: number, size: number): this {
    const digits = Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** i) % 256);
    this.bytes.push(...(this.little ? digits : digits.reverse()));
    return this;
  }

  half = (value: number): this => this.number(value, 2);
  word = (value: number): this => this.number(value, 4);
  long = (value: number): this => this.number(value, this.wide ? 8 : 4);

  /** Continues at an offset of the file. */
  at(offset: number): this {
    while (this.bytes.length < offset) this.bytes.push(0);
    return this;
  }
}

export function writeElf(written: Written): Buffer {
  const { wide = true, littleEndian = true, machine = 62, symbols } = written;
  const writer = new Writer(wide, littleEndian);
  const places = new Map<string, number>();
  let length = 1;
  for (const { name } of symbols) {
    if (places.has(name)) continue;
    places.set(name, length);
    length += Buffer.byteLength(name) + 1;
  }
  const strings = Buffer.from(`\0${[...places.keys()].map((name) => `${name}\0`).join('')}`);
  const symbolSize = wide ? 24 : 16;
  const [sectionsAt, symbolsAt] = [0x100, 0x2000];
  const stringsAt = symbolsAt + (symbols.length + 1) * symbolSize;
  writeHeader(writer, machine, sectionsAt);
  writeSegment(writer);
  writer.at(sectionsAt);
  writeSection(writer, { type: 0, flags: 0, address: 0, offset: 0, size: 0, link: 0 });
  const code = { type: 1, flags: 6, address: CODE_START, offset: CODE_OFFSET, size: CODE_SIZE };
  writeSection(writer, { ...code, link: 0 });
  const table = { type: 2, flags: 0, address: 0, offset: symbolsAt };
  writeSection(writer, { ...table, size: stringsAt - symbolsAt, link: 3 });
  const names = { type: 3, flags: 0, address: 0, offset: stringsAt, size: strings.length, link: 0 };
  writeSection(writer, names);
  writer.at(symbolsAt + symbolSize);
  for (const symbol of symbols) writeSymbol(writer, symbol, places.get(symbol.name) ?? 0);
  return Buffer.concat([Buffer.from(writer.at(stringsAt).bytes), strings]);
}

function writeHeader(writer: Writer, machine: number, sectionsAt: number): void {
  const { wide, little } = writer;
  writer.bytes.push(0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, little ? 1 : 2, 1);
  writer.at(16).half(2).half(machine).word(1).long(CODE_START);
  writer
    .long(wide ? 64 : 52)
    .long(sectionsAt)
    .word(0);
  writer
    .half(wide ? 64 : 52)
    .half(wide ? 56 : 32)
    .half(1)
    .half(wide ? 64 : 40)
    .half(4)
    .half(0);
}

function writeSegment(writer: Writer): void {
  writer.word(1);
  if (writer.wide) writer.word(5);
  writer.long(CODE_OFFSET).long(CODE_START).long(CODE_START).long(CODE_SIZE).long(CODE_SIZE);
  if (!writer.wide) writer.word(5);
  writer.long(0x1000);
}

interface WrittenSection {
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

function writeSection(writer: Writer, section: WrittenSection): void {
  const { type, flags, address, offset, size, link } = section;
  writer.word(0).word(type).long(flags).long(address).long(offset).long(size).word(link).word(0);
  writer.long(1).long(0);
}

function writeSymbol(writer: Writer, symbol: WrittenSymbol, name: number): void {
  const { address, size = 0, type = 'function', binding = 'global', isUndefined } = symbol;
  const info = BINDINGS[binding] * 16 + TYPES[type];
  const section = isUndefined ? 0 : 1;
  writer.word(name);
  if (writer.wide) writer.number(info, 1).number(0, 1).half(section).long(address).long(size);
  else writer.long(address).long(size).number(info, 1).number(0, 1).half(section);
}

export function sourceOf(bytes: Buffer): ByteSource {
  return {
    size: bytes.length,
    read: (offset, length) =>
      offset >= 0 && length >= 0 && offset + length <= bytes.length
        ? bytes.subarray(offset, offset + length)
        : undefined,
  };
}
