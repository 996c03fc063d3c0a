/** Which format a file has, told from what is in it: names and suffixes lie. */
import { beginsStack } from './bpftraceStack';
import { quote } from './counts';
import { FormatError } from './formatError';
import { linesOf } from './lines';

export type FileFormat = 'stackCountLog' | 'bpftrace' | 'folded';

/** bpftrace may print much before its first map, but not more than this. */
const LOOK_AHEAD = 1 << 20;

/** @throws FormatError when it is none of them */
export function detect(bytes: Uint8Array): FileFormat {
  let first = '';
  for (const line of linesOf(bytes.subarray(0, LOOK_AHEAD))) {
    if (first === '') {
      first = line.trimEnd();
      if (/^\s*\{\s*("\d[\d.]*"\s*:|\}?$)/.test(first)) return 'stackCountLog';
    }
    if (line.startsWith('@') && beginsStack(line)) return 'bpftrace';
  }
  if (first === '') throw new FormatError('the file is empty');
  if (/ \d+$/.test(first)) return 'folded';
  const known = 'stack_count.log, stack.bpf, output of bpftrace or folded stacks';
  throw new FormatError(`${quote(first)} begins no ${known}`);
}
