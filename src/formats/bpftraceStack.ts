/**
 * Stacks as bpftrace prints its maps. `stack.bpf` is the plainest form: one unnamed map, bare
 * symbols, leaf first. Other flame graph tools read it too.
 *
 *   @[                                @name[21579, 21580, bash,
 *   vfs_read                              vfs_read+187
 *   entry_SYSCALL_64_after_hwframe        entry_SYSCALL_64_after_hwframe+118
 *   ]: 37                             ,
 *                                         main+17
 *                                     ]: 3
 *
 * On the right is what bpftrace itself may print: a name, keys before or after the stack, a kernel
 * and a user stack separated by a comma. Lines outside of stacks are skipped.
 */
import { UNKNOWN_SYMBOL, type Frame } from '../core/frame';
import { printable } from '../core/printable';
import type { CountedStack, ProcessRef } from '../core/stack';
import { BareFrames, type Demangle } from './bareFrames';
import { PrintedFrames, type PrintedFrame } from './bpftraceFrame';
import { CountReader } from './counts';
import { FormatError } from './formatError';
import { linesOf } from './lines';

/** The first line of a map entry, with the keys before the stack. */
const BEGIN = /^@\w*\[(.*)$/;
/** The last line of a map entry, with the keys after the stack and the count. */
const END = /^(, ?.*)?\]: (.*)$/;

/** @throws FormatError at a count that is not a number, and where an unfinished stack begins */
export function* readBpftrace(bytes: Uint8Array, demangle: Demangle): Generator<CountedStack> {
  const entries = new EntryReader(demangle);
  for (const line of linesOf(bytes)) {
    const stack = entries.push(line);
    if (stack) yield stack;
  }
  entries.finish();
}

/** Whether a map entry with a stack begins in this line. */
export function beginsStack(line: string): boolean {
  const rest = BEGIN.exec(line)?.[1]?.trimEnd();
  return rest !== undefined && (opens(rest) || keysOfEmptyStack(rest) !== undefined);
}

function opens(rest: string): boolean {
  return rest === '' || rest.endsWith(',');
}

/** `1, 1, ]: 2` and `, bash]: 2`: one of the keys is an empty stack. */
function keysOfEmptyStack(rest: string): { keys: string[]; count: string } | undefined {
  const [, keys, count] = /^(.*)\]: (\d+)$/.exec(rest) ?? [];
  if (keys === undefined || count === undefined) return undefined;
  const parts = splitKeys(keys);
  return parts.includes('') ? { keys: parts, count } : undefined;
}

function splitKeys(text: string): string[] {
  return text.split(',').map((key) => key.trim());
}

class EntryReader {
  readonly #printed: PrintedFrames;
  readonly #bare: BareFrames;
  readonly #counts = new CountReader();
  #line = 0;
  #open:
    { line: number; keys: string[]; frames: PrintedFrame[]; kernelFrames?: number } | undefined;

  constructor(demangle: Demangle) {
    this.#printed = new PrintedFrames(demangle);
    this.#bare = new BareFrames(demangle);
  }

  /** The stack that this line completes, if any. */
  push(line: string): CountedStack | undefined {
    this.#line++;
    const text = line.trim();
    if (!this.#open) return this.#outside(text);
    const [, behind = '', count] = END.exec(text) ?? [];
    if (count !== undefined) return this.#close(behind, count);
    if (text.startsWith('@') && beginsStack(text)) this.#refuseOpen('before another begins');
    if (text === ',' || text.startsWith(', ')) {
      this.#open.kernelFrames = this.#open.frames.length;
      this.#open.keys.push(...splitKeys(text));
    } else if (text !== '') {
      this.#open.frames.push(this.#printed.read(text));
    }
    return undefined;
  }

  finish(): void {
    if (this.#open) this.#refuseOpen('before the end of the file');
  }

  #outside(text: string): CountedStack | undefined {
    const rest = text.startsWith('@') ? BEGIN.exec(text)?.[1] : undefined;
    if (rest === undefined) return undefined;
    const empty = keysOfEmptyStack(rest);
    if (empty) return this.#counted(empty.keys, [], empty.count);
    if (!opens(rest)) return undefined;
    const keys = splitKeys(rest);
    this.#open = { line: this.#line, keys, frames: [] };
    // `@a[1, 1, , `: the kernel stack is empty, so what follows is the user stack.
    if (keys.slice(0, -1).includes('')) this.#open.kernelFrames = 0;
    return undefined;
  }

  #close(behind: string, count: string): CountedStack {
    const { keys = [], frames = [], kernelFrames } = this.#open ?? {};
    this.#open = undefined;
    return this.#counted([...keys, ...splitKeys(behind)], frames, count, kernelFrames);
  }

  #counted(
    keys: readonly string[],
    printed: readonly PrintedFrame[],
    count: string,
    kernelFrames?: number,
  ): CountedStack {
    const frames = this.#framesOf(printed, kernelFrames);
    return { frames, count: this.#counts.read(count, this.#line), ...ownerOf(keys) };
  }

  #framesOf(printed: readonly PrintedFrame[], kernelFrames?: number): Frame[] {
    const symbols = printed.map((each) => (typeof each === 'string' ? each : each.symbol));
    const told = printed.some(isBare) ? this.#bare.stack(symbols, kernelFrames) : [];
    return printed.map((each, i) => (isBare(each) ? (told[i] as Frame) : each));
  }

  #refuseOpen(where: string): never {
    throw new FormatError(`the stack that begins here does not end ${where}`, this.#open?.line);
  }
}

function isBare(printed: PrintedFrame): printed is string {
  return typeof printed === 'string';
}

/** The process and thread of the keys: the first number, the second number, and a word as the name. */
function ownerOf(keys: readonly string[]): { process?: ProcessRef; tid?: number } {
  const present = keys.filter((key) => key !== '');
  const [tgid, tid] = present.filter((key) => /^\d{1,10}$/.test(key));
  const name = present.find((key) => !/^\d+$/.test(key)) ?? '';
  if (tgid === undefined) return name === '' ? {} : { process: { key: name, tgid: 0, name } };
  const process = { key: tgid, tgid: Number(tgid), name };
  return tid === undefined ? { process } : { process, tid: Number(tid) };
}

/** Writes stacks of the same symbols as one, whichever process had them. */
export function* writeBpftrace(stacks: Iterable<CountedStack>): Generator<string> {
  const counts = new Map<string, number>();
  for (const { frames, count } of stacks) {
    const lines = frames.map(({ symbol }) => `${bareLine(symbol)}\n`).join('');
    counts.set(lines, (counts.get(lines) ?? 0) + count);
  }
  for (const [lines, count] of counts) yield `@[\n${lines}]: ${count}\n`;
}

/**
 * A symbol that no reader mistakes for anything else. Some search for `]: 3` anywhere in a line, so
 * its space is removed; a symbol that could begin or end a stack gets a leading `_`.
 */
function bareLine(symbol: string): string {
  const line = printable(symbol)
    .trim()
    .replace(/\]: (?=\d)/g, ']:');
  if (line === '') return UNKNOWN_SYMBOL;
  return /^(,|\]|@\w*\[)/.test(line) ? `_${line}` : line;
}
