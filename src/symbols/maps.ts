/**
 * What a process has mapped where, from `/proc/<pid>/maps`. A line, as fs/proc/task_mmu.c prints it:
 *
 *   7f56f87aa000-7f56f8900000 r-xp 00026000 fe:00 339380      /usr/lib/x86_64-linux-gnu/libc.so.6
 */
import { binaryOf, bytesOf, textOf } from './binaryText';

export interface Mapping {
  readonly start: number;
  readonly end: number;
  readonly executable: boolean;
  /** Bytes into the file at `start`. */
  readonly offset: number;
  /** `fe:00`; `00:00` where there is no file. */
  readonly device: string;
  /** Decimal, as text: inode numbers may exceed what a double holds. `0` where there is no file. */
  readonly inode: string;
  /** Binary text as printed: a path, `[vdso]`, `[anon:x]`, `//anon` or ''. */
  readonly name: string;
}

const LINE =
  /^([0-9a-f]{1,16})-([0-9a-f]{1,16}) [r-][w-]([x-])[ps] ([0-9a-f]{1,16}) ([0-9a-f]+:[0-9a-f]+) (\d+) *(.*)$/s;

const DELETED = ' (deleted)';

/** Lines that are no mapping (text cut short, torn by a reader) are skipped. */
export function parseMaps(text: string): Mapping[] {
  const mappings: Mapping[] = [];
  const names = new Map<string, string>();
  for (const line of text.split('\n')) {
    const mapping = parseLine(line, names);
    if (mapping) mappings.push(mapping);
  }
  return mappings;
}

function parseLine(line: string, names: Map<string, string>): Mapping | undefined {
  const [, start, end, executable, offset, device, inode, name] = LINE.exec(line) ?? [];
  if (!start || !end || !offset || !device || !inode || name === undefined) return undefined;
  return {
    start: parseInt(start, 16),
    end: parseInt(end, 16),
    executable: executable === 'x',
    offset: parseInt(offset, 16),
    device,
    inode,
    name: shared(name, names),
  };
}

/** One copy of each name, made anew: a slice would keep the whole text in memory. */
function shared(name: string, names: Map<string, string>): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  const copy = binaryOf(bytesOf(name));
  names.set(copy, copy);
  return copy;
}

/** The mappings that code may be in, found by address. */
export class MappingTable {
  readonly #mappings: readonly Mapping[];

  constructor(text: string) {
    this.#mappings = parseMaps(text)
      .filter(mayHoldCode)
      .sort((a, b) => a.start - b.start);
  }

  find(address: number): Mapping | undefined {
    let low = 0;
    let high = this.#mappings.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#mappings[middle]!.start <= address) low = middle + 1;
      else high = middle;
    }
    const candidate = this.#mappings[low - 1];
    return candidate && address < candidate.end ? candidate : undefined;
  }

  /** Memory in which a JIT may put code, or has put it. */
  get hasGeneratedCode(): boolean {
    return this.#mappings.some((mapping) => mapping.executable && isAnonymous(mapping));
  }
}

/**
 * JITs switch memory between writable and executable, so any memory without a file counts. The
 * data of files does not: that halves what is kept, and an address in there means that the text was
 * taken while the loader was at work and must be asked for again.
 */
function mayHoldCode(mapping: Mapping): boolean {
  return mapping.executable || isAnonymous(mapping);
}

function isAnonymous({ name, inode }: Mapping): boolean {
  return inode === '0' && (name === '' || name.startsWith('//') || name.startsWith('[anon'));
}

function isDeleted(mapping: Mapping): boolean {
  return mapping.name.endsWith(DELETED);
}

/**
 * What to call the file in front of people: without the mark of a deleted file, so that deleting it
 * does not split its counts, and '' for memory that has no name of its own.
 */
export function moduleOf(mapping: Mapping): string {
  const { name } = mapping;
  if (name.startsWith('//')) return '';
  return textOf(isDeleted(mapping) ? name.slice(0, -DELETED.length) : name);
}

/**
 * The paths that a printed name can mean, binary text. The kernel prints a newline as `\012` but
 * leaves a backslash as it is (seq_path with "\n"), so `a\012b` may be either; the inode decides.
 */
export function pathsOf(mapping: Mapping): string[] {
  const { name } = mapping;
  return name.includes('\\012') ? [name.replaceAll('\\012', '\n'), name] : [name];
}
