/**
 * What an ELF file says about the file with its debug symbols: the build id, a hash that the linker
 * put into a note (System V ABI chapter 5 "Note Section"; `NT_GNU_BUILD_ID` in elf.h), and
 * `.gnu_debuglink`, a file name with a CRC-32 (gdb's manual, "Separate Debug Files").
 */
import { ElfFields, need, type ElfFormat } from './elfFields';
import type { ElfLayout, Section } from './elfLayout';
import type { ByteSource } from './fileAccess';

export interface DebugLink {
  /** A bare file name, binary text. */
  readonly name: string;
  readonly crc: number;
}

const PT_NOTE = 4;
const SHT_NOTE = 7;
const SHT_NOBITS = 8;
const NT_GNU_BUILD_ID = 3;

const MAX_NOTE_BYTES = 65536;
const MAX_NOTE_AREAS = 32;
const MAX_SECTION_NAMES = 1 << 20;
/** NAME_MAX and what follows the name. */
const MAX_LINK_BYTES = 512;
/** MD5 has 16 bytes and SHA-1 20; `ld --build-id=0x…` sets any. */
const MAX_BUILD_ID = 64;

/** Lower-case hexadecimal, as debug files are named by it. */
export function readBuildId(source: ByteSource, layout: ElfLayout): string | undefined {
  // Sections first: a debug file keeps these, while its program headers point nowhere.
  const sections = layout.sections.filter(({ type }) => type === SHT_NOTE);
  const segments = layout.segments
    .filter(({ type }) => type === PT_NOTE)
    .map(({ offset, fileSize }) => ({ offset, size: fileSize }));
  for (const { offset, size } of [...sections, ...segments].slice(0, MAX_NOTE_AREAS)) {
    const bytes = size <= MAX_NOTE_BYTES ? source.read(offset, size) : undefined;
    const id = bytes && buildIdIn(bytes, layout.format);
    if (id) return id;
  }
  return undefined;
}

function buildIdIn(bytes: Buffer, format: ElfFormat): string | undefined {
  const fields = new ElfFields(bytes, format);
  let at = 0;
  while (at + 12 <= bytes.length) {
    const name = at + 12;
    const content = name + padded(fields.word(at));
    const end = content + fields.word(at + 4);
    const isGnu = bytes.toString('latin1', name, name + 4) === 'GNU\0';
    if (isGnu && fields.word(at + 8) === NT_GNU_BUILD_ID && end <= bytes.length) {
      return end - content <= MAX_BUILD_ID ? bytes.toString('hex', content, end) : undefined;
    }
    at = padded(end);
  }
  return undefined;
}

/** Without `& ~3`, which would wrap a length of 4 GB into a negative one. */
function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}

export function readDebugLink(source: ByteSource, layout: ElfLayout): DebugLink | undefined {
  const section = findSection(source, layout, '.gnu_debuglink');
  if (!section || section.size > MAX_LINK_BYTES || section.type === SHT_NOBITS) return undefined;
  const bytes = need(source, section.offset, section.size, '.gnu_debuglink');
  const end = bytes.indexOf(0);
  const crcAt = padded(end + 1);
  const name = bytes.toString('latin1', 0, Math.max(end, 0));
  if (name === '' || name.includes('/') || crcAt + 4 > bytes.length) return undefined;
  return { name, crc: new ElfFields(bytes, layout.format).word(crcAt) };
}

function findSection(source: ByteSource, layout: ElfLayout, name: string): Section | undefined {
  const names = layout.sections[layout.nameSection];
  if (!names || names.size > MAX_SECTION_NAMES) return undefined;
  const bytes = need(source, names.offset, names.size, 'names of sections');
  const wanted = `${name}\0`;
  // Compared in place: looking for the end of each name is quadratic when there are no ends.
  return layout.sections.find(
    ({ nameOffset }) => bytes.toString('latin1', nameOffset, nameOffset + wanted.length) === wanted,
  );
}
