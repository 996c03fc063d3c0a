/**
 * Takes the printed stack of an entry apart into kernel symbols and user addresses.
 *
 *   <TAB>ffffffff821ed511 do_syscall_64+113      kernel, every version
 *   ,                                            between kernel and user, where both are counted
 *   7f56f887a417                                 user, raw mode (0.18 and later)
 *   <TAB>5636423c5211 0x5636423c5211 ([unknown]) user, perf mode without symbols (0.17)
 */
import { copiedString } from '../core/copiedString';
import { returnTo, type AskedAddress } from './events';

export type StackParts = 'kernel' | 'user' | 'both';

export interface KernelFrame {
  readonly address: string;
  readonly symbol: string;
}

export interface UserFrame {
  readonly address: string;
  /** What is asked about it where a call returns to it. */
  readonly returning: AskedAddress;
}

/** Kernel frames have their name already, user frames only their address. Leaf first. */
export interface PrintedStack {
  readonly kernel: readonly KernelFrame[];
  readonly user: readonly UserFrame[];
}

const KERNEL_LINE = /^\s*([0-9a-f]{1,16}) (.+?)(?:\+\d+)?$/;
const USER_LINE = /^\s*([0-9a-f]{1,16})(?: .*)?$/;

/** A line by itself: which of both it is, the lines before it tell. */
interface Line {
  readonly between: boolean;
  readonly kernel: KernelFrame | undefined;
  readonly user: UserFrame | undefined;
}

/** Some 15 MB. Recordings with 26,000 different stacks were seen to have 11,000 lines. */
const MAX_LINES = 65_536;
/** Kernel symbols have 512 characters at most (KSYM_NAME_LEN); a longer line is damaged. */
const LONGEST_REMEMBERED = 600;

/** Most stacks are new in their whole and known line by line, so lines are remembered. */
export class PrintedStackReader {
  readonly #lines = new Map<string, Line>();

  constructor(private readonly parts: StackParts) {}

  read(text: string): PrintedStack {
    const kernel: KernelFrame[] = [];
    const user: UserFrame[] = [];
    let inUser = this.parts === 'user';
    for (const printed of text.split('\n')) {
      const line = this.#lines.get(printed) ?? this.#remember(printed);
      if (line.between && this.parts === 'both') inUser = true;
      else if (inUser && line.user) user.push(line.user);
      else if (!inUser && line.kernel) kernel.push(line.kernel);
    }
    return { kernel, user };
  }

  #remember(printed: string): Line {
    const own = copiedString(printed);
    const line = readLine(own);
    if (own.length > LONGEST_REMEMBERED) return line;
    if (this.#lines.size >= MAX_LINES) this.#lines.clear();
    this.#lines.set(own, line);
    return line;
  }
}

function readLine(printed: string): Line {
  return {
    between: printed.trim() === ',',
    kernel: kernelFrame(printed),
    user: userFrame(printed),
  };
}

function kernelFrame(line: string): KernelFrame | undefined {
  const found = KERNEL_LINE.exec(line);
  if (!found) return undefined;
  const [, address = '', printed = ''] = found;
  // An address without a symbol is printed in its place: `ffffffffc0201000 0xffffffffc0201000`.
  const symbol = /^0x[0-9a-f]+/.test(printed) ? '[unknown]' : printed;
  return { address, symbol };
}

function userFrame(line: string): UserFrame | undefined {
  const [, address] = USER_LINE.exec(line) ?? [];
  return address === undefined ? undefined : { address, returning: returnTo(address) };
}
