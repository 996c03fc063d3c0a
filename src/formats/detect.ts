/** Detects the format of a file by its content: names and suffixes lie. */
import { beginsStack } from './bpftraceStack';
import { quote } from './counts';
import { FormatError } from './formatError';
import { linesOf } from './lines';

export type FileFormat = 'stackCountLog' | 'bpftrace' | 'folded';

/** How much bpftrace may print before its first map. */
const LOOK_AHEAD = 1 << 20;

/** @throws FormatError when it is none of the known formats */
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
