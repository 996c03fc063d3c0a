/** What part of a recording a panel shows: that of a row of the Processes view. */
import { parseRowId } from '../../core/rowId';
import type { Entry } from './stackStore';

export interface Scope {
  readonly process?: number;
  readonly tid?: number;
  readonly stack?: number;
}

/** @param row its id; '' is everything, and a frame is the same as its stack */
export function scopeOf(row: string): Scope {
  return parseRowId(row) ?? {};
}

export function isInScope({ process, tid, stack }: Scope, entry: Entry): boolean {
  if (process !== undefined && entry.stack.process.index !== process) return false;
  if (tid !== undefined && entry.tid !== tid) return false;
  return stack === undefined || entry.stack.id === stack;
}
