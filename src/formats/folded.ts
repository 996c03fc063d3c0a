/**
 * Folded stacks: one line per stack, root first, frames separated by `;`, the count after the last
 * space. Other flame graph tools read and write this.
 *
 *   node (2114);pid 2114;main;uv_run;epoll_wait 143
 */
import { processTitle, type Grouping } from '../core/callTree';
import { printable } from '../core/printable';
import type { CountedStack } from '../core/stack';
import { BareFrames, type Demangle } from './bareFrames';
import { CountReader, quote } from './counts';
import { FormatError } from './formatError';
import { linesOf } from './lines';

/** @throws FormatError at the line that is not a stack and a count */
export function* readFolded(bytes: Uint8Array, demangle: Demangle): Generator<CountedStack> {
  const frames = new BareFrames(demangle);
  const counts = new CountReader();
  let line = 0;
  for (const text of linesOf(bytes)) {
    line++;
    const trimmed = text.trimEnd();
    if (trimmed === '') continue;
    const blank = trimmed.lastIndexOf(' ');
    if (blank < 0) throw new FormatError(`${quote(trimmed)} has no count at its end`, line);
    const count = counts.read(trimmed.slice(blank + 1), line);
    // ` 5` is a stack without frames: samples of which only the count is known.
    const symbols = blank === 0 ? [] : trimmed.slice(0, blank).split(';').reverse();
    yield { frames: frames.stack(symbols), count };
  }
}

/** Adds up equal lines, such as those of threads when only the process is shown. */
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

function foldedPath(stack: CountedStack, grouping: Grouping): string {
  const levels = levelsOf(stack, grouping);
  const names = stack.frames.map(({ name }) => name).reverse();
  return [...levels, ...names].map(foldable).join(';');
}

function levelsOf({ process, tid }: CountedStack, grouping: Grouping): string[] {
  if (!process || grouping === 'none') return [];
  const title = processTitle(process);
  return grouping === 'thread' && tid !== undefined ? [title, `pid ${tid}`] : [title];
}

/** Replaces `;` and line ends in a name: they separate frames and stacks. */
function foldable(name: string): string {
  return printable(name).replaceAll(';', ':');
}
