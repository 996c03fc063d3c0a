/**
 * Folded stacks: one line per stack, root first, frames separated by `;`, the count behind the last
 * blank. Other flame graph tools read and write this.
 *
 *   node (2114);pid 2114;main;uv_run;epoll_wait 143
 */
import { processTitle, type Grouping } from '../core/callTree';
import { printable } from '../core/printable';
import type { CountedStack } from '../core/stack';
import { BareFrames, type BareFrame, type Demangle } from './bareFrames';
import { ByteTable } from './byteTable';
import { CountReader, quote } from './counts';
import { FormatError } from './formatError';
import { byteOrderMark } from './lines';

const [NEWLINE, BLANK, SEMICOLON] = [0x0a, 0x20, 0x3b];

/** @throws FormatError at the line that is not a stack and a count */
export function* readFolded(bytes: Uint8Array, demangle: Demangle): Generator<CountedStack> {
  const reader = new FoldedReader(bytes, demangle);
  let start = byteOrderMark(bytes);
  for (let line = 1; start < bytes.length; line++) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    const stack = reader.read(start, end, line);
    if (stack) yield stack;
    start = end + 1;
  }
}

/** Works on the bytes: of a symbol that was seen before no string is made. */
class FoldedReader {
  readonly #decoder = new TextDecoder();
  readonly #counts = new CountReader();
  readonly #frames: BareFrames;
  readonly #symbols = new ByteTable();
  readonly #bare: BareFrame[] = [];

  constructor(
    private readonly bytes: Uint8Array,
    demangle: Demangle,
  ) {
    this.#frames = new BareFrames(demangle);
  }

  /** Of a blank line nothing. */
  read(start: number, lineEnd: number, line: number): CountedStack | undefined {
    let end = lineEnd;
    while (end > start && (this.bytes[end - 1] ?? 0) <= BLANK) end--;
    if (end === start) return undefined;
    const blank = this.bytes.lastIndexOf(BLANK, end - 1);
    if (blank < start) {
      throw new FormatError(`${quote(this.#text(start, end))} has no count at its end`, line);
    }
    const count = this.#counts.read(this.#text(blank + 1, end), line);
    return { frames: this.#frames.stack(this.#path(start, blank)), count };
  }

  /** Leaf first. ` 5` has no frames: samples of which only the number is known. */
  #path(start: number, end: number): BareFrame[] {
    const path: BareFrame[] = [];
    for (let to = end; to > start || (to === start && path.length > 0);) {
      let from = to;
      while (from > start && this.bytes[from - 1] !== SEMICOLON) from--;
      path.push(this.#symbol(from, to));
      to = from - 1;
    }
    return path;
  }

  #symbol(start: number, end: number): BareFrame {
    const number = this.#symbols.number(this.bytes, start, end);
    return (this.#bare[number] ??= this.#frames.of(this.#text(start, end)));
  }

  #text(start: number, end: number): string {
    return this.#decoder.decode(this.bytes.subarray(start, end));
  }
}

/** Equal lines are added up: threads, when only the process is shown. */
export function* writeFolded(
  stacks: Iterable<CountedStack>,
  grouping: Grouping = 'process',
): Generator<string> {
  const counts = new Map<string, number>();
  for (const stack of stacks) {
    const path = foldedPath(stack, grouping);
    counts.set(path, (counts.get(path) ?? 0) + stack.count);
  }
  for (const [path, count] of counts) yield `${path} ${count}\n`;
}

/** `main;uv_run`: a stack as one line, without its count. */
export function foldedPath(stack: CountedStack, grouping: Grouping): string {
  const levels = levelsOf(stack, grouping);
  const names = stack.frames.map(({ name }) => name).reverse();
  return [...levels, ...names].map(foldable).join(';');
}

function levelsOf({ process, tid }: CountedStack, grouping: Grouping): string[] {
  if (!process || grouping === 'none') return [];
  const title = processTitle(process);
  return grouping === 'thread' && tid !== undefined ? [title, `pid ${tid}`] : [title];
}

/** `;` separates frames and a line end separates stacks, so inside a name both are replaced. */
function foldable(name: string): string {
  return printable(name).replaceAll(';', ':');
}
