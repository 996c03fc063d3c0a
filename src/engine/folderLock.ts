/**
 * One recording per folder at a time, whichever window or terminal it was started from: a lock file
 * in the folder names the process that records. A lock whose process is gone is taken over, and what
 * that process has left half written is removed.
 */
import { closeSync, linkSync, readFileSync, renameSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createFile, giveToCaller, removeUnfinished, writeBytes } from './outputFiles';

const LOCK_NAME = '.stack_count.lock';

interface Holder {
  readonly pid: number;
  /** Start time from /proc/<pid>/stat: the same pid later is another process. */
  readonly started: string;
  readonly what: string;
}

export class FolderBusyError extends Error {
  override readonly name = 'FolderBusyError';

  /** @param advice what frees the folder, for a sentence that names another way, too */
  constructor(
    message: string,
    readonly advice: string,
  ) {
    super(message);
  }
}

/**
 * @param what for the sentence another recording is refused with: `stack-count record (pid 42)`
 * @returns gives the folder free again
 * @throws FolderBusyError naming the recording that runs there, or a lock that can not be taken
 * over; file system errors
 */
export function lockFolder(folder: string, what: string): () => void {
  const path = join(folder, LOCK_NAME);
  const mine: Holder = { pid: process.pid, started: startTime(process.pid) ?? '', what };
  for (let attempt = 0; ; attempt++) {
    if (claim(path, mine)) return () => unlock(path, mine);
    const holder = readHolder(path);
    if (holder && isAlive(holder)) throw busy(folder, holder);
    if (attempt > 2) throw contended(folder);
    moveAway(path, holder);
    if (holder) removeUnfinished(folder, holder.pid);
  }
}

/** A link appears with its whole content, or is refused: nobody reads half a lock. */
function claim(path: string, mine: Holder): boolean {
  const own = `${path}.${mine.pid}`;
  try {
    writeLock(own, mine);
    return link(own, path);
  } finally {
    removeIfThere(own);
  }
}

function writeLock(path: string, mine: Holder): void {
  const file = createFile(path);
  try {
    writeBytes(file, Buffer.from(`${JSON.stringify(mine)}\n`, 'utf8'));
    giveToCaller(file);
  } finally {
    closeSync(file);
  }
}

/** Whether nothing was there yet. */
function link(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    return false;
  }
}

/**
 * Another one may do the same, and have a lock of its own there already: what was moved is looked at
 * again, and put back if it is not what was found abandoned.
 *
 * @throws FolderBusyError where it can not be moved: in /tmp that takes its owner or root
 */
function moveAway(path: string, abandoned: Holder | undefined): void {
  const aside = `${path}.${process.pid}.old`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (['EPERM', 'EACCES'].includes(codeOf(error))) throw notOurs(path, abandoned);
    // Somebody else was faster.
    return;
  }
  try {
    const moved = readHolder(aside);
    if (moved && moved.started !== abandoned?.started) linkSync(aside, path);
  } catch {
    // Somebody else has a lock there again.
  } finally {
    removeIfThere(aside);
  }
}

function busy(folder: string, { what, pid }: Holder): FolderBusyError {
  const message = `${what} (process ${pid}) is recording in ${folder} already.`;
  return new FolderBusyError(message, 'Stop it first');
}

function contended(folder: string): FolderBusyError {
  return new FolderBusyError(`Others are about to record in ${folder}.`, 'Try again');
}

function notOurs(path: string, holder: Holder | undefined): FolderBusyError {
  const whose = holder ? `was left by process ${holder.pid} of` : 'belongs to';
  const message = `${path} ${whose} another user and can not be removed by you.`;
  return new FolderBusyError(message, 'Remove it as root');
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}

function readHolder(path: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder>;
    const { pid, started, what } = holder;
    if (typeof pid !== 'number' || typeof started !== 'string') return undefined;
    return {
      pid,
      started,
      what: typeof what === 'string' ? what.slice(0, 100) : 'another program',
    };
  } catch {
    return undefined;
  }
}

/** Whether the process that wrote this still runs. */
export function isAlive(holder: Pick<Holder, 'pid' | 'started'>): boolean {
  return holder.started !== '' && startTime(holder.pid) === holder.started;
}

/**
 * Field 22 of /proc/<pid>/stat; the comm before it may hold blanks and brackets. Of a zombie there is
 * none: it has ended, and in a container it may be that nobody ever looks.
 */
export function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return /^[ZX]$/.test(state) ? undefined : fields[18];
  } catch {
    return undefined;
  }
}

function unlock(path: string, mine: Holder): void {
  const holder = readHolder(path);
  if (holder?.pid === mine.pid && holder.started === mine.started) removeIfThere(path);
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Somebody else removed it.
  }
}
