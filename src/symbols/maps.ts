/**
 * What a process has mapped where, from `/proc/<pid>/maps`. A line, as fs/proc/task_mmu.c prints it:
 *
 *   7f56f87aa000-7f56f8900000 r-xp 00026000 fe:00 339380      /usr/lib/x86_64-linux-gnu/libc.so.6
 */
import { binaryOf, bytesOf, textOf } from './binaryText';

export interface Mapping {
  readonly start: number;
  readonly end: number;
  /** Where the first of several neighbours ends that stand here as one: the kernel knows it by that. */
  readonly printedEnd: number;
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

/** What is mapped, from the device on: many lines end alike. */
const THING = /^([0-9a-f]+:[0-9a-f]+) (\d+) *(.*)$/s;
/** `r-xp `, and a blank before and after the offset. */
const PERMISSIONS_LENGTH = 5;
const MAX_DIGITS = 16;
const SPACE = 32;
const DASH = 45;

const DELETED = ' (deleted)';

/** Lines that are no mapping (text cut short, torn by a reader) are skipped. */
export function parseMaps(text: string): Mapping[] {
  return [...mappingsIn(text)];
}

/** One after the other: there may be very many. By hand, for a regular expression takes ten times as long. */
export function* mappingsIn(text: string): Generator<Mapping> {
  const things = new Map<string, Thing>();
  for (let at = 0; at < text.length;) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    const mapping = parseLine(text, at, end, things);
    if (mapping) yield mapping;
    at = end + 1;
  }
}

type Thing = Pick<Mapping, 'device' | 'inode' | 'name'>;

function parseLine(
  text: string,
  at: number,
  lineEnd: number,
  things: Map<string, Thing>,
): Mapping | undefined {
  const dash = hexEnd(text, at);
  const space = hexEnd(text, dash + 1);
  const offsetAt = space + 1 + PERMISSIONS_LENGTH;
  const offsetEnd = hexEnd(text, offsetAt);
  if (text.charCodeAt(dash) !== DASH || text.charCodeAt(space) !== SPACE) return undefined;
  if (text.charCodeAt(offsetEnd) !== SPACE || offsetEnd >= lineEnd) return undefined;
  const permissions = text.slice(space + 1, offsetAt);
  if (!PERMISSIONS.test(permissions)) return undefined;
  const rest = text.slice(offsetEnd + 1, lineEnd);
  const thing = things.get(rest) ?? readThing(rest, things);
  const [start, end] = [hex(text, at, dash), hex(text, dash + 1, space)];
  if (!thing || Number.isNaN(start + end)) return undefined;
  const executable = permissions[2] === 'x';
  const { device, inode, name } = thing;
  const offset = hex(text, offsetAt, offsetEnd);
  return { start, end, printedEnd: end, executable, offset, device, inode, name };
}

const PERMISSIONS = /^[r-][w-][x-][ps] $/;

/** Where the hexadecimal digits end that begin here. */
function hexEnd(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); isHex(code); code = text.charCodeAt(at)) at++;
  return at;
}

function isHex(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 97 && code <= 102);
}

function hex(text: string, from: number, to: number): number {
  return to - from > MAX_DIGITS ? NaN : parseInt(text.slice(from, to), 16);
}

/** One copy of each text, made anew: a slice would keep the whole text in memory. */
function readThing(rest: string, things: Map<string, Thing>): Thing | undefined {
  const copy = binaryOf(bytesOf(rest));
  const [, device, inode, name] = THING.exec(copy) ?? [];
  if (device === undefined || inode === undefined || name === undefined) return undefined;
  const thing = { device, inode, name };
  things.set(copy, thing);
  return thing;
}

/**
 * JITs switch memory between writable and executable, so any memory without a file counts. The
 * data of files does not: that halves what is kept, and an address in there means that the text was
 * taken while the loader was at work and must be asked for again.
 */
export function mayHoldCode(mapping: Mapping): boolean {
  return mapping.executable || isAnonymous(mapping);
}

export function isAnonymous({ name, inode }: Mapping): boolean {
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
