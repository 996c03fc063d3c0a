/**
 * What part of a recording a panel shows, by the id of a row of the Processes view:
 *
 *   ''             everything              p/0        the process with index 0
 *   t/0/1234       one thread of it        s/0/1234/7 stack 7 in that thread
 *   f/0/1234/7/2   a frame of that stack: the same as the stack
 */
import type { Entry } from './stackStore';

export interface Scope {
  readonly process?: number;
  readonly tid?: number;
  readonly stack?: number;
}

export function scopeOf(row: string): Scope {
  const [kind = '', process, tid, stack] = row.split('/');
  if (!/^[ptsf]$/.test(kind) || process === undefined) return {};
  return {
    process: Number(process),
    ...(tid === undefined ? {} : { tid: Number(tid) }),
    ...(stack === undefined ? {} : { stack: Number(stack) }),
  };
}

export function isInScope({ process, tid, stack }: Scope, entry: Entry): boolean {
  if (process !== undefined && entry.stack.process.index !== process) return false;
  if (tid !== undefined && entry.tid !== tid) return false;
  return stack === undefined || entry.stack.id === stack;
}

/** Position of the frame from the leaf, where the row is one. */
export function frameIndexOf(row: string): number | undefined {
  const [kind, , , , frame] = row.split('/');
  return kind === 'f' && frame !== undefined ? Number(frame) : undefined;
}
