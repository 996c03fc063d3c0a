/**
 * Takes the printed stack of an entry apart into kernel symbols and user addresses.
 *
 *   <TAB>ffffffff821ed511 do_syscall_64+113      kernel, every version
 *   ,                                            between kernel and user, where both are counted
 *   7f56f887a417                                 user, raw mode (0.18 and later)
 *   <TAB>5636423c5211 0x5636423c5211 ([unknown]) user, perf mode without symbols (0.17)
 */

export type StackParts = 'kernel' | 'user' | 'both';

/** Kernel frames have their name already, user frames only their address. Leaf first. */
export interface PrintedStack {
  readonly kernel: readonly { readonly address: string; readonly symbol: string }[];
  readonly user: readonly string[];
}

const KERNEL_LINE = /^\s*([0-9a-f]{1,16}) (.+?)(?:\+\d+)?$/;
const USER_LINE = /^\s*([0-9a-f]{1,16})(?: .*)?$/;

export function readPrintedStack(text: string, parts: StackParts): PrintedStack {
  const lines = text.split('\n');
  const between = parts === 'both' ? lines.findIndex((line) => line.trim() === ',') : -1;
  if (parts === 'user') return { kernel: [], user: lines.flatMap(userAddress) };
  const kernel = (between < 0 ? lines : lines.slice(0, between)).flatMap(kernelFrame);
  const user = between < 0 ? [] : lines.slice(between + 1).flatMap(userAddress);
  return { kernel, user };
}

function kernelFrame(line: string): { address: string; symbol: string }[] {
  const found = KERNEL_LINE.exec(line);
  if (!found) return [];
  const [, address = '', printed = ''] = found;
  // An address without a symbol is printed in its place: `ffffffffc0201000 0xffffffffc0201000`.
  const symbol = /^0x[0-9a-f]+/.test(printed) ? '[unknown]' : printed;
  return [{ address, symbol }];
}

function userAddress(line: string): string[] {
  const found = USER_LINE.exec(line);
  return found?.[1] ? [found[1]] : [];
}
