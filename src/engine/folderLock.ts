/**
 * One recording per folder at a time, whichever window or terminal it was started from: a lock file
 * in the folder names the process that records. A lock whose process is gone is taken over, and what
 * that process has left half written is removed.
 */
import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeUnfinished } from './outputFiles';

const LOCK_NAME = '.stack_count.lock';

interface Holder {
  readonly pid: number;
  /** Start time from /proc/<pid>/stat: the same pid later is another process. */
  readonly started: string;
  readonly what: string;
}

export class FolderBusyError extends Error {
  override readonly name = 'FolderBusyError';
}

/**
 * @param what for the sentence another recording is refused with: `stack-count record (pid 42)`
 * @returns gives the folder free again
 * @throws FolderBusyError naming the recording that runs there; file system errors
 */
export function lockFolder(folder: string, what: string): () => void {
  const path = join(folder, LOCK_NAME);
  const mine: Holder = { pid: process.pid, started: startTime(process.pid) ?? '', what };
  for (let attempt = 0; ; attempt++) {
    if (claim(path, mine)) return () => unlock(path, mine);
    const holder = readHolder(path);
    if (holder && isAlive(holder)) throw new FolderBusyError(busySentence(folder, holder));
    if (attempt > 2) throw new FolderBusyError(`Others are about to record in ${folder}.`);
    moveAway(path, holder);
    if (holder) removeUnfinished(folder, holder.pid);
  }
}

/** A link appears with its whole content, or is refused: nobody reads half a lock. */
function claim(path: string, mine: Holder): boolean {
  const own = `${path}.${mine.pid}`;
  try {
    writeFileSync(own, `${JSON.stringify(mine)}\n`, { mode: 0o644 });
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    removeIfThere(own);
  }
}

/**
 * Another one may do the same, and have a lock of its own there already: what was moved is looked at
 * again, and put back if it is not what was found abandoned.
 */
function moveAway(path: string, abandoned: Holder | undefined): void {
  const aside = `${path}.${process.pid}.old`;
  try {
    renameSync(path, aside);
    const moved = readHolder(aside);
    if (moved && moved.started !== abandoned?.started) linkSync(aside, path);
  } catch {
    // Somebody else was faster.
  } finally {
    removeIfThere(aside);
  }
}

function busySentence(folder: string, { what, pid }: Holder): string {
  return `${what} (process ${pid}) is recording in ${folder} already.`;
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
