/**
 * The journal of a recording: everything counted so far, in a file that outlives whoever wrote it.
 * One JSON array a line; what a line names by number was written before it.
 *
 *   stack-count journal 2 {"pid":4711,"started":"88123","folder":"/srv/x","header":{…}}
 *   ["P",0,21579,"known"]                         a process, or its new name
 *   ["F",7,"7f56f87ab24a","read","read","/usr/lib/libc.so.6","native"]  a frame at an address
 *   ["S",3,0,[7,2,1]]                             a stack of process 0, leaf first
 *   ["R",3,[7,2,4]]                               the same stack, now that more of it has a name
 *   ["L",3,1,"8.3 times its usual rate"]          its label
 *   ["T",12.004,{"fired":198,…},[[3,21580,4]]]    a tick: samples added to stack 3 by thread 21580
 *
 * A tick stands on one line, so it is there as a whole or not at all. After a while all of it is
 * written anew with one tick that holds the sums. Version 1 had no R lines, and is read as well.
 */
import type { CaptureHeader } from '../ticks/captureHeader';
import type { Totals } from '../core/accounting';
import type { FrameKind } from '../core/frame';
import type { Label } from '../core/stack';

export const MAGIC = 'stack-count journal 2 ';
const READABLE = /^stack-count journal [12] /;
export const SUFFIX = '.journal';
/** Beside its place until it is whole. */
export const UNFINISHED = `${SUFFIX}.new`;

/** At this size a journal ends: no other is read. */
export const MAX_BYTES = 64 * 2 ** 20;

/** A later version may understand what this one does not. */
export function isOfOtherVersion(line: string): boolean {
  return /^stack-count journal \d+ /.test(line) && !READABLE.test(line);
}

/** What follows the magic; undefined when this is no first line of a journal that we can read. */
export function headerText(line: string): string | undefined {
  const magic = READABLE.exec(line)?.[0];
  return magic && line.slice(magic.length);
}

export interface JournalHeader {
  /** Who writes it, as a lock file has it: nobody else touches it while that process lives. */
  readonly pid: number;
  readonly started: string;
  /** Where the results belong; absent: they were to stay in memory. */
  readonly folder?: string;
  readonly header: CaptureHeader;
}

export type Line =
  | readonly ['P', index: number, tgid: number, name: string]
  | readonly [
      'F',
      id: number,
      address: string,
      symbol: string,
      name: string,
      module: string,
      kind: FrameKind,
    ]
  | readonly ['S', id: number, process: number, frames: readonly number[]]
  | readonly ['R', stack: number, frames: readonly number[]]
  | readonly ['L', stack: number, label: Label, reason: string]
  | readonly ['T', at: number, totals: Totals, added: readonly Added[]];

export type Added = readonly [stack: number, tid: number, count: number];

/** What cannot be read as a journal. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
}
