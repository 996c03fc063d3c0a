/**
 * One recording per folder at a time, whichever window or terminal it was started from: a lock file
 * in the folder names the process that records. A lock whose process is gone is taken over, and what
 * that process has left half written is removed.
 */
import { closeSync, fchmodSync, linkSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { readStart } from '../files/readFile';
import { createFile, NotAFileError, removeIfThere } from '../files/regularFile';
import { giveToCaller, removeUnfinished, writeBytes } from './outputFiles';
import { busy, contended, notALock, notOurs, unreadable } from './lockRefusals';
import { OutputFolder } from './outputFolder';

export { FolderBusyError } from './lockRefusals';

const LOCK_NAME = '.stack_count.lock';
/** Longer than any that we write. */
const MAX_LOCK = 1024;
/** It tells a pid and who records, and nothing of the recording. */
const READABLE_TO_ALL = 0o644;

interface Holder {
  readonly pid: number;
  /** Start time from /proc/<pid>/stat: the same pid later is another process. */
  readonly started: string;
  readonly what: string;
}

export interface LockedFolder {
  readonly folder: OutputFolder;
  /** Gives it free again, after the last write. */
  readonly unlock: () => void;
}

/**
 * @param what for the sentence another recording is refused with: `stack-count record (pid 42)`
 * @throws FolderBusyError naming the recording that runs there, or a lock that cannot be taken
 * over; file system errors
 */
export function lockFolder(path: string, what: string): LockedFolder {
  const folder = OutputFolder.open(path);
  const mine: Holder = { pid: process.pid, started: startTime(process.pid) ?? '', what };
  try {
    take(folder, mine);
    folder.onMadeAnew = () => take(folder, mine);
  } catch (error) {
    folder.close();
    throw error;
  }
  const unlock = (): void => {
    removeOwn(folder, mine);
    folder.close();
  };
  return { folder, unlock };
}

function take(folder: OutputFolder, mine: Holder): void {
  for (let attempt = 0; ; attempt++) {
    if (claim(folder, mine)) return;
    const holder = readHolder(folder, LOCK_NAME);
    if (holder && isAlive(holder)) throw busy(folder.path, holder);
    if (attempt > 2) throw contended(folder.path);
    moveAway(folder, holder);
    if (holder) removeUnfinished(folder, holder.pid);
  }
}

/** A link appears with its whole content, or is refused: nobody reads half a lock. */
function claim(folder: OutputFolder, mine: Holder): boolean {
  const own = folder.at(`${LOCK_NAME}.${mine.pid}`);
  try {
    writeLock(own, mine);
    return link(own, folder.at(LOCK_NAME));
  } finally {
    removeIfThere(own);
  }
}

function writeLock(path: string, mine: Holder): void {
  const file = createFile(path);
  try {
    writeBytes(file, Buffer.from(`${JSON.stringify(mine)}\n`, 'utf8'));
    // Whatever the umask: a lock that others cannot read tells them nothing.
    fchmodSync(file, READABLE_TO_ALL);
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
 * @throws FolderBusyError where it cannot be moved: in /tmp that takes its owner or root
 */
function moveAway(folder: OutputFolder, abandoned: Holder | undefined): void {
  const name = `${LOCK_NAME}.${process.pid}.old`;
  const [path, aside] = [folder.at(LOCK_NAME), folder.at(name)];
  try {
    renameSync(path, aside);
  } catch (error) {
    if (['EPERM', 'EACCES'].includes(codeOf(error))) throw notOurs(lockOf(folder), abandoned);
    // Somebody else was faster.
    return;
  }
  try {
    if (!isStill(folder, name, abandoned)) linkSync(aside, path);
  } catch {
    // Somebody else has a lock there again.
  } finally {
    removeIfThere(aside);
  }
}

/** One that cannot be read by us is another one. */
function isStill(folder: OutputFolder, name: string, abandoned: Holder | undefined): boolean {
  try {
    const moved = readHolder(folder, name);
    return moved === undefined || moved.started === abandoned?.started;
  } catch {
    return false;
  }
}

/** As the person knows it. */
function lockOf(folder: OutputFolder): string {
  return join(folder.path, LOCK_NAME);
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}

/**
 * @returns nothing for one that is gone, empty or damaged: a lock appears with its whole content, so
 * nobody is writing it
 * @throws FolderBusyError for one that cannot be read, or is no file; file system errors
 */
function readHolder(folder: OutputFolder, name: string): Holder | undefined {
  try {
    return parseHolder(readStart(folder.at(name), MAX_LOCK, 'refuse').toString('utf8'));
  } catch (error) {
    if (error instanceof NotAFileError) throw notALock(lockOf(folder), error.kind);
    if (['EPERM', 'EACCES'].includes(codeOf(error))) throw unreadable(lockOf(folder));
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, started, what } = JSON.parse(text) as Partial<Holder>;
    if (typeof pid !== 'number' || typeof started !== 'string') return undefined;
    const who = typeof what === 'string' ? what.slice(0, 100) : 'another program';
    return { pid, started, what: who };
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

function removeOwn(folder: OutputFolder, mine: Holder): void {
  try {
    const holder = readHolder(folder, LOCK_NAME);
    const isOurs = holder?.pid === mine.pid && holder.started === mine.started;
    if (isOurs) removeIfThere(folder.at(LOCK_NAME));
  } catch {
    // Something else stands there now: not ours to remove.
  }
}
