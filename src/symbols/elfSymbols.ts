/**
 * Reads the functions out of a `.symtab` or `.dynsym` (System V ABI chapter 4 "Symbol Table"). Which
 * symbols count:
 * - STT_FUNC and STT_GNU_IFUNC in an executable section;
 * - STT_NOTYPE there too, for hand-written assembler that names no type, except marks of tools, which
 *   begin with `.` or `$` (`.annobin_init.c`, `$x`);
 * - a symbol without a size reaches up to the next one or the end of its section, and counts only
 *   where no sized one covers it: a label inside a function is not a function.
 */
import { ElfFields, MalformedElf, need } from './elfFields';
import type { ElfLayout, Section } from './elfLayout';
import type { ByteSource } from './fileAccess';
import { layAscending, layIntervals, type Intervals } from './intervals';
import { chooseAliases, MAX_CANDIDATES, type Candidates } from './aliases';
import { SymbolTable } from './symbolTable';

const SHF_EXECINSTR = 4;
const SHT_NOBITS = 8;
const PT_LOAD = 1;
const EM_ARM = 40;
const STT_NOTYPE = 0;
const STT_FUNC = 2;
const STT_GNU_IFUNC = 10;
const SHN_UNDEF = 0;
const SHN_LORESERVE = 0xff00;

/** Chromium with all its symbols stays below. A sparse file can claim any size for free. */
const MAX_TABLE_BYTES = 256 * 2 ** 20;
const ENTRIES_AT_A_TIME = 32768;

/** Where code is, by addresses of the file. */
interface CodeRegions {
  readonly intervals: Intervals;
  readonly ends: readonly number[];
}

export function readSymbolTable(
  source: ByteSource,
  layout: ElfLayout,
  section: Section,
): SymbolTable {
  const strings = readStrings(source, layout, section);
  const regions = codeRegions(layout);
  const candidates = collect(source, layout, section, strings, regions);
  const chosen = chooseAliases(candidates, strings);
  const { starts, ends, nameOffsets } = extend(candidates, chosen, regions);
  return new SymbolTable(layAscending(starts, ends), nameOffsets, strings);
}

function readStrings(source: ByteSource, layout: ElfLayout, section: Section): Buffer {
  const strings = layout.sections[section.link];
  if (!strings || strings.type === SHT_NOBITS) throw new MalformedElf('no names for the symbols');
  if (section.size > MAX_TABLE_BYTES || strings.size > MAX_TABLE_BYTES) {
    throw new MalformedElf('symbol table too large');
  }
  return need(source, strings.offset, strings.size, 'names of symbols');
}

/** Sections say it best; a debug file has them too, without their bytes. */
function codeRegions(layout: ElfLayout): CodeRegions {
  const sections = layout.sections
    .filter(({ flags, size }) => (flags & SHF_EXECINSTR) !== 0 && size > 0)
    .map(({ address, size }) => ({ start: address, end: address + size }));
  const segments = layout.segments
    .filter(({ type, executable, fileSize }) => type === PT_LOAD && executable && fileSize > 0)
    .map(({ address, fileSize }) => ({ start: address, end: address + fileSize }));
  const regions = sections.length > 0 ? sections : segments;
  const starts = regions.map(({ start }) => start);
  const ends = regions.map(({ end }) => end);
  return { intervals: layIntervals(starts, ends), ends };
}

function collect(
  source: ByteSource,
  layout: ElfLayout,
  section: Section,
  strings: Buffer,
  regions: CodeRegions,
): Candidates {
  const candidates: Candidates = { addresses: [], sizes: [], names: [], infos: [] };
  const entrySize = layout.format.wide ? 24 : 16;
  const count = Math.floor(section.size / entrySize);
  for (let first = 0; first < count; first += ENTRIES_AT_A_TIME) {
    const entries = Math.min(ENTRIES_AT_A_TIME, count - first);
    const bytes = need(source, section.offset + first * entrySize, entries * entrySize, 'symbols');
    const fields = new ElfFields(bytes, layout.format);
    for (let i = 0; i < entries; i++) {
      addSymbol(candidates, fields, i * entrySize, layout, strings, regions);
    }
  }
  return candidates;
}

function addSymbol(
  candidates: Candidates,
  fields: ElfFields,
  at: number,
  layout: ElfLayout,
  strings: Buffer,
  regions: CodeRegions,
): void {
  const { wide } = layout.format;
  const info = fields.byte(at + (wide ? 4 : 12));
  const sectionIndex = fields.half(at + (wide ? 6 : 14));
  const name = fields.word(at);
  if (!mayBeFunction(info & 15, sectionIndex) || !isNamed(strings, name, info & 15)) return;
  const value = fields.long(at + (wide ? 8 : 4));
  // The lowest bit of an ARM function says "Thumb" and is not part of its address (ARM ELF ABI).
  const address = layout.machine === EM_ARM ? value - (value % 2) : value;
  if (regions.intervals.find(address) < 0) return;
  if (candidates.addresses.length === MAX_CANDIDATES) throw new MalformedElf('too many functions');
  candidates.addresses.push(address);
  candidates.sizes.push(fields.long(at + (wide ? 16 : 8)));
  candidates.names.push(name);
  candidates.infos.push(info);
}

function mayBeFunction(type: number, sectionIndex: number): boolean {
  if (sectionIndex === SHN_UNDEF) return false;
  if (type === STT_NOTYPE) return sectionIndex < SHN_LORESERVE;
  return type === STT_FUNC || type === STT_GNU_IFUNC;
}

function isNamed(strings: Buffer, name: number, type: number): boolean {
  const first = strings[name];
  if (first === undefined || first === 0) return false;
  return type !== STT_NOTYPE || (first !== 0x2e /* . */ && first !== 0x24); /* $ */
}

/** Gives each chosen symbol, ascending by address, the range it names. */
function extend(
  candidates: Candidates,
  chosen: readonly number[],
  regions: CodeRegions,
): { starts: Float64Array; ends: Float64Array; nameOffsets: Uint32Array } {
  const starts = new Float64Array(chosen.length);
  const ends = new Float64Array(chosen.length);
  const nameOffsets = new Uint32Array(chosen.length);
  let count = 0;
  let covered = 0;
  for (let i = 0; i < chosen.length; i++) {
    const start = candidates.addresses[chosen[i]!]!;
    const size = candidates.sizes[chosen[i]!]!;
    if (size === 0 && start < covered) continue;
    const next = candidates.addresses[chosen[i + 1] ?? -1] ?? Infinity;
    const limit = regions.ends[regions.intervals.find(start)]!;
    starts[count] = start;
    ends[count] = Math.min(size === 0 ? next : start + size, limit);
    nameOffsets[count] = candidates.names[chosen[i]!]!;
    if (size > 0) covered = Math.max(covered, ends[count]!);
    count++;
  }
  const cut = <T extends Float64Array | Uint32Array>(array: T): T => array.slice(0, count) as T;
  return { starts: cut(starts), ends: cut(ends), nameOffsets: cut(nameOffsets) };
}
