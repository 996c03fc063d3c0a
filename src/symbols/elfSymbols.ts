/**
 * Reads the functions out of a `.symtab` or `.dynsym` (System V ABI chapter 4 "Symbol Table"). Which
 * symbols count:
 * - STT_FUNC and STT_GNU_IFUNC in an executable section;
 * - STT_NOTYPE there too, for hand-written assembler that names no type, except marks of tools, which
 *   begin with `.` or `$` (`.annobin_init.c`, `$x`);
 * - a symbol without a size reaches up to the next one or the end of its section, and counts only
 *   where no sized one covers it: a label inside a function is not a function.
 */
import { ElfFields, MalformedElf, need, type ElfFormat } from './elfFields';
import type { ElfLayout, Section } from './elfLayout';
import type { ByteSource } from './fileAccess';
import { layAscending, layIntervals, type Intervals } from './intervals';
import { Candidates, chooseAliases, MAX_CANDIDATES } from './aliases';
import { StringTable } from './stringTable';
import { SymbolTable } from './symbolTable';
import type { Work } from './work';

const SHF_EXECINSTR = 4;
const SHT_NOBITS = 8;
const PT_LOAD = 1;
const EM_ARM = 40;
const STT_NOTYPE = 0;
const STT_FUNC = 2;
const STT_GNU_IFUNC = 10;
const SHN_UNDEF = 0;
const SHN_LORESERVE = 0xff00;
const DOT = 0x2e;
const DOLLAR = 0x24;

/** Chromium with all its symbols stays below. */
const MAX_TABLE_BYTES = 256 * 2 ** 20;
const ENTRIES_AT_A_TIME = 16_384;
/** Names may be anywhere: a few entries can ask for the whole of a large table of strings. */
const STRING_BYTES_AT_A_TIME = 8 * 2 ** 20;
const ZEROS = Buffer.alloc(24 * ENTRIES_AT_A_TIME);

/**
 * A sparse file can claim any size for free. Tables up to this size are read as they are; larger
 * ones must be on disk, at least a part of them: btrfs stores 128 KB in 4 KB at best, and no file
 * system that compresses brings real symbols to less than a 32nd. Some (FUSE) do not say what a file
 * takes, so 0 means nothing.
 */
const MAX_HOLLOW_BYTES = 4 * 2 ** 20;
const MOST_COMPRESSED = 32;

/** Where code is, by addresses of the file. */
interface CodeRegions {
  readonly intervals: Intervals;
  readonly ends: readonly number[];
}

export function* readSymbolTable(
  source: ByteSource,
  layout: ElfLayout,
  section: Section,
): Work<SymbolTable> {
  const strings = openStrings(source, layout, section);
  const regions = codeRegions(layout);
  const candidates = yield* new Collector(layout, strings, regions).collect(source, section);
  const chosen = yield* chooseAliases(candidates, strings);
  const { starts, ends, nameOffsets } = extend(candidates, chosen, regions);
  yield 0;
  return new SymbolTable(layAscending(starts, ends), nameOffsets, strings);
}

function openStrings(source: ByteSource, layout: ElfLayout, section: Section): StringTable {
  const strings = layout.sections[section.link];
  if (!strings || strings.type === SHT_NOBITS) throw new MalformedElf('no names for the symbols');
  if (section.size > MAX_TABLE_BYTES || strings.size > MAX_TABLE_BYTES) {
    throw new MalformedElf('symbol table too large');
  }
  if (isHollow(source, section.size + strings.size)) {
    throw new MalformedElf('symbol table larger than what the file takes on disk');
  }
  return new StringTable(source, strings.offset, strings.size);
}

function isHollow({ allocated }: ByteSource, bytes: number): boolean {
  if (allocated === undefined || allocated === 0 || bytes <= MAX_HOLLOW_BYTES) return false;
  return bytes > MOST_COMPRESSED * allocated;
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

/** Goes through a symbol table and keeps what may name code. */
class Collector {
  readonly #format: ElfFormat;
  readonly #isArm: boolean;
  readonly #strings: StringTable;
  readonly #code: Intervals;

  constructor({ format, machine }: ElfLayout, strings: StringTable, regions: CodeRegions) {
    this.#format = format;
    this.#isArm = machine === EM_ARM;
    this.#strings = strings;
    this.#code = regions.intervals;
  }

  *collect(source: ByteSource, { offset, size }: Section): Work<Candidates> {
    const entrySize = this.#format.wide ? 24 : 16;
    const count = Math.floor(size / entrySize);
    const candidates = new Candidates();
    for (let first = 0; first < count; first += ENTRIES_AT_A_TIME) {
      const length = Math.min(ENTRIES_AT_A_TIME, count - first) * entrySize;
      const bytes = need(source, offset + first * entrySize, length, 'symbols');
      yield length;
      // A hole names nothing.
      if (!bytes.equals(ZEROS.subarray(0, length))) yield* this.#addAll(candidates, bytes);
    }
    return candidates;
  }

  *#addAll(candidates: Candidates, bytes: Buffer): Work<void> {
    const entrySize = this.#format.wide ? 24 : 16;
    const fields = new ElfFields(bytes, this.#format);
    for (let at = 0; at < bytes.length; at += entrySize) {
      this.#add(candidates, fields, at);
      if (this.#strings.read > STRING_BYTES_AT_A_TIME) yield this.#strings.takeRead();
    }
    yield this.#strings.takeRead();
  }

  /** Width decides where the fields of `Elf32_Sym` and `Elf64_Sym` are. */
  #add(candidates: Candidates, fields: ElfFields, at: number): void {
    const { wide } = this.#format;
    const info = fields.byte(at + (wide ? 4 : 12));
    const sectionIndex = fields.half(at + (wide ? 6 : 14));
    const name = fields.word(at);
    if (!mayBeFunction(info & 15, sectionIndex) || !this.#isNamed(name, info & 15)) return;
    const address = this.#addressOf(fields.long(at + (wide ? 8 : 4)));
    if (this.#code.find(address) < 0) return;
    if (candidates.length === MAX_CANDIDATES) throw new MalformedElf('too many functions');
    candidates.grow();
    const index = candidates.length++;
    candidates.addresses[index] = address;
    candidates.sizes[index] = fields.long(at + (wide ? 16 : 8));
    candidates.names[index] = name;
    candidates.infos[index] = info;
  }

  /** The lowest bit of an ARM function says "Thumb" and is no part of its address (ARM ELF ABI). */
  #addressOf(value: number): number {
    return this.#isArm ? value - (value % 2) : value;
  }

  #isNamed(name: number, type: number): boolean {
    const first = this.#strings.first(name);
    if (first === 0) return false;
    return type !== STT_NOTYPE || (first !== DOT && first !== DOLLAR);
  }
}

function mayBeFunction(type: number, sectionIndex: number): boolean {
  if (sectionIndex === SHN_UNDEF) return false;
  if (type === STT_NOTYPE) return sectionIndex < SHN_LORESERVE;
  return type === STT_FUNC || type === STT_GNU_IFUNC;
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
