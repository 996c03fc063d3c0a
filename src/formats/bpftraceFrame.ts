/**
 * One line of a stack as bpftrace prints it, in any of its stack modes.
 *
 *   ffffffff81d33dbe read_zero+62                  perf
 *   5636423c5211 main+17 (/opt/demo/known)         perf, user
 *   5636423c5211 0x5636423c5211 ([unknown])        perf, unresolved
 *   7f56f887a417                                   raw
 *       vfs_read+187                               bpftrace
 *   vfs_read                                       stack.bpf
 */
import { copiedString } from '../core/copiedString';
import {
  FrameTable,
  KERNEL_MODULE,
  UNKNOWN_SYMBOL,
  type Frame,
  type FrameKind,
} from '../core/frame';
import { guessKind, type Demangle } from './bareFrames';

/** An address at or above `ffff800000000000`, where the kernel begins on x86 and ARM. */
const KERNEL_ADDRESS = /^ffff[89a-f][0-9a-f]{11}$/;

const ADDRESS = /^(?=[a-f]*[0-9])([0-9a-f]{4,16}) (?=.)/;
/** No name begins with a digit, but `add` and `deadbeef` are valid function names. */
const ADDRESS_ONLY = /^(?:0x)?([0-9][0-9a-f]{3,15}|(?=[a-f]+[0-9])[0-9a-f]{8,16})$/;
const OFFSET = /\+(?:0x[0-9a-f]+|\d+)(?: \[\w+\])?$/;

/** A whole frame, or only its symbol; then the rest of the stack tells where it comes from. */
export type PrintedFrame = Frame | string;

/** Bound on the cache. Real stacks repeat the same few addresses; a hostile file need not. */
const MAX_KNOWN = 100_000;

export class PrintedFrames {
  readonly #table = new FrameTable();
  readonly #known = new Map<string, PrintedFrame>();

  constructor(private readonly demangle: Demangle) {}

  /** @param line trimmed */
  read(line: string): PrintedFrame {
    const known = this.#known.get(line);
    if (known !== undefined) return known;
    const own = copiedString(line);
    const frame = this.#parse(own);
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(own, frame);
    return frame;
  }

  #parse(line: string): PrintedFrame {
    const bare = ADDRESS_ONLY.exec(line);
    if (bare) return this.#located(bare[1] ?? '', UNKNOWN_SYMBOL, '');
    const [before = '', address] = ADDRESS.exec(line) ?? [];
    if (address === undefined) return line.replace(OFFSET, '');
    const { printed, file } = partsOf(line.slice(before.length));
    const symbol = /^0x[0-9a-f]+$/.test(printed) ? UNKNOWN_SYMBOL : printed;
    return this.#located(address, symbol, file === UNKNOWN_SYMBOL ? '' : file);
  }

  #located(address: string, symbol: string, file: string): Frame {
    const kind = kindAt(address, symbol);
    const module = kind === 'kernel' ? KERNEL_MODULE : file;
    return this.#table.intern({ symbol, name: this.demangle(symbol), module, kind });
  }
}

/** `main+17 (/opt/demo/known)`, split without one pattern, which would backtrack through a long line. */
function partsOf(text: string): { printed: string; file: string } {
  const end = text.endsWith(')') ? text.indexOf(' (', 1) : -1;
  const printed = (end < 0 ? text : text.slice(0, end)).replace(/(?<=.)\+(?:0x[0-9a-f]+|\d+)$/, '');
  return { printed, file: end < 0 ? '' : text.slice(end + 2, -1) };
}

export function kindAt(address: string, symbol: string): FrameKind {
  return KERNEL_ADDRESS.test(address) ? 'kernel' : guessKind(symbol);
}
