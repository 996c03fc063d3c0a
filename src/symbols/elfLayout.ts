/**
 * The headers of an ELF file: where its segments and sections are. Names and offsets of the fields
 * are those of the System V ABI, chapters 4 and 5 (`Elf64_Ehdr`, `Elf64_Phdr`, `Elf64_Shdr` in
 * elf.h, and their 32-bit twins). Both widths and both byte orders are read.
 */
import { ElfFields, MalformedElf, need, type ElfFormat } from './elfFields';
import type { ByteSource } from './fileAccess';

export interface Segment {
  readonly type: number;
  readonly executable: boolean;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
}

export interface Section {
  readonly type: number;
  readonly flags: number;
  /** Where its name begins in the section of names. */
  readonly nameOffset: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  /** For a symbol table, the index of the section with its strings. */
  readonly link: number;
}

export interface ElfLayout {
  readonly format: ElfFormat;
  readonly machine: number;
  readonly segments: readonly Segment[];
  readonly sections: readonly Section[];
  /** Index of the section with the names of sections. */
  readonly nameSection: number;
}

const MAGIC = '\x7fELF';
const ELFCLASS32 = 1;
const ELFCLASS64 = 2;
const ELFDATA2LSB = 1;
const ELFDATA2MSB = 2;
const ET_EXEC = 2;
const ET_DYN = 3;
const PF_X = 1;

/** Linkers write about ten; fs/binfmt_elf.c takes at most 64 KB of program headers. */
const MAX_SEGMENTS = 1024;
/** Linked files have tens. From SHN_LORESERVE on the count stands elsewhere, which is not read. */
const MAX_SECTIONS = 0xff00;
/** They have 64 bytes and less; what a file says is up to it, and all of them are read at once. */
const MAX_ENTRY_BYTES = 256;

interface Table {
  readonly at: number;
  readonly entrySize: number;
  readonly count: number;
}

export function readLayout(source: ByteSource): ElfLayout {
  const format = readFormat(source);
  const header = new ElfFields(need(source, 0, format.wide ? 64 : 52, 'header'), format);
  const type = header.half(16);
  if (type !== ET_EXEC && type !== ET_DYN) throw new MalformedElf('neither program nor library');
  // From e_ehsize on, the fields are the same in both widths.
  const rest = format.wide ? 52 : 40;
  const tableAt = (pointer: number, size: number): Table => ({
    at: header.long(pointer),
    entrySize: header.half(size),
    count: header.half(size + 2),
  });
  return {
    format,
    machine: header.half(18),
    segments: readSegments(source, format, tableAt(format.wide ? 32 : 28, rest + 2)),
    sections: readSections(source, format, tableAt(format.wide ? 40 : 32, rest + 6)),
    nameSection: header.half(rest + 10),
  };
}

function readFormat(source: ByteSource): ElfFormat {
  const ident = source.read(0, 16);
  if (ident?.toString('latin1', 0, 4) !== MAGIC) throw new MalformedElf('not an ELF file');
  const [elfClass, encoding] = [ident[4], ident[5]];
  if (elfClass !== ELFCLASS32 && elfClass !== ELFCLASS64) throw new MalformedElf('unknown class');
  if (encoding !== ELFDATA2LSB && encoding !== ELFDATA2MSB) {
    throw new MalformedElf('unknown byte order');
  }
  return { wide: elfClass === ELFCLASS64, littleEndian: encoding === ELFDATA2LSB };
}

function readSegments(source: ByteSource, format: ElfFormat, table: Table): Segment[] {
  if (table.count === 0) return [];
  if (table.entrySize < (format.wide ? 56 : 32) || table.count > MAX_SEGMENTS) {
    throw new MalformedElf('impossible program headers');
  }
  const fields = readTable(source, format, table, 'program headers');
  return Array.from({ length: table.count }, (_, index) =>
    segmentAt(fields, index * table.entrySize, format.wide),
  );
}

function segmentAt(fields: ElfFields, at: number, wide: boolean): Segment {
  return {
    type: fields.word(at),
    executable: (fields.word(at + (wide ? 4 : 24)) & PF_X) !== 0,
    offset: fields.long(at + (wide ? 8 : 4)),
    address: fields.long(at + (wide ? 16 : 8)),
    fileSize: fields.long(at + (wide ? 32 : 16)),
  };
}

function readSections(source: ByteSource, format: ElfFormat, table: Table): Section[] {
  if (table.count === 0) return [];
  if (table.entrySize < (format.wide ? 64 : 40) || table.count >= MAX_SECTIONS) {
    throw new MalformedElf('impossible section headers');
  }
  const fields = readTable(source, format, table, 'section headers');
  return Array.from({ length: table.count }, (_, index) =>
    sectionAt(fields, index * table.entrySize, format.wide),
  );
}

function sectionAt(fields: ElfFields, at: number, wide: boolean): Section {
  return {
    nameOffset: fields.word(at),
    type: fields.word(at + 4),
    flags: fields.long(at + 8),
    address: fields.long(at + (wide ? 16 : 12)),
    offset: fields.long(at + (wide ? 24 : 16)),
    size: fields.long(at + (wide ? 32 : 20)),
    link: fields.word(at + (wide ? 40 : 24)),
  };
}

function readTable(source: ByteSource, format: ElfFormat, table: Table, what: string): ElfFields {
  if (table.entrySize > MAX_ENTRY_BYTES) throw new MalformedElf(`impossible ${what}`);
  return new ElfFields(need(source, table.at, table.entrySize * table.count, what), format);
}
