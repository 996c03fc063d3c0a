/** Reads the stacks of a file in any of the known formats. */
import type { CountedStack } from '../core/stack';
import type { Demangle } from './bareFrames';
import { readBpftrace } from './bpftraceStack';
import { detect, type FileFormat } from './detect';
import { readFolded } from './folded';
import { FormatError } from './formatError';
import { readStackCountLog } from './stackCountLog';

const READERS: Record<FileFormat, typeof readFolded> = {
  stackCountLog: readStackCountLog,
  bpftrace: readBpftrace,
  folded: readFolded,
};

/** @throws FormatError when the file is damaged or contains no stack */
export function* readStacks(
  bytes: Uint8Array,
  demangle: Demangle = (symbol) => symbol,
): Generator<CountedStack> {
  let any = false;
  for (const stack of READERS[detect(bytes)](bytes, demangle)) {
    any = true;
    yield stack;
  }
  if (!any) throw new FormatError('there are no stacks in it');
}
