/** Recordings that nobody lived to save: finds their journals, and saves or removes them. */
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { printable } from '../core/printable';
import { FolderBusyError, isAlive, lockFolder, startTime } from './folderLock';
import { isOfOtherVersion, JournalError, SUFFIX, UNFINISHED } from './journalFormat';
import { readJournal, readJournalHeader, type RecoveredRecording } from './journalReader';
import { describeFileError, whyNotWritable } from './outputFiles';
import { ResultFiles } from './resultFiles';

export interface UnsavedRecording {
  readonly journal: string;
  /** Wall clock at its start, milliseconds since the epoch. */
  readonly startedAt: number;
  readonly samples: number;
  readonly folder?: string;
}

/** Files written, or why there are none. */
export type SavedRecording =
  { readonly files: readonly string[] } | { readonly files: readonly []; readonly problem: string };

/** Older ones make room: a journal takes 64 MB at most. */
const MAX_KEPT = 5;
const MAX_HEADER = 64 * 1024;

export interface FoundRecordings {
  /** The newest first. */
  readonly recordings: readonly UnsavedRecording[];
  /** Older ones that had to go. */
  readonly dropped: number;
}

/**
 * What holds no sample, or is no journal, is removed; a journal of another version stays for that.
 *
 * @param running journal of a recording that this process writes
 */
export function findUnsaved(folder: string, running?: string): FoundRecordings {
  namesIn(folder, UNFINISHED).filter(isLeftBehind).forEach(removeJournal);
  const ours = (path: string): boolean => path !== running && isAbandoned(path);
  const paths = namesIn(folder, SUFFIX).filter(ours).sort().reverse();
  const old = paths.slice(MAX_KEPT);
  old.forEach(removeJournal);
  const recordings = paths.slice(0, MAX_KEPT).flatMap((journal) => {
    const recording = readOrRemove(journal);
    if (!recording) return [];
    const { header, totals, folder: into } = recording;
    const { startedAt } = header;
    const where = into === undefined ? {} : { folder: into };
    return [{ journal, startedAt, samples: totals.recorded, ...where }];
  });
  return { recordings, dropped: old.length };
}

/** Writes its results, and removes the journal when all of them are written. */
export function saveUnsaved(journal: string, folder: string): SavedRecording {
  const problem = whyNotWritable(folder);
  if (problem !== undefined) return { files: [], problem };
  try {
    const unsaved = readUnsaved(journal);
    const unlock = lockFolder(folder, 'Stack Count in VS Code');
    try {
      return write(journal, unsaved, folder);
    } finally {
      unlock();
    }
  } catch (error) {
    return { files: [], problem: whyNotSaved(error, folder) };
  }
}

interface Unsaved {
  readonly recording: RecoveredRecording;
  /** When its journal was written last. */
  readonly writtenAt: number;
}

/** All that is asked of the journal: another window may take it away at any time. */
function readUnsaved(journal: string): Unsaved {
  try {
    const writtenAt = statSync(journal).mtimeMs;
    return { recording: readJournal(readFileSync(journal)), writtenAt };
  } catch (error) {
    if (error instanceof JournalError) throw error;
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new JournalError(
      code === 'ENOENT'
        ? 'it was saved or discarded in another window'
        : `its journal could not be read (${code})`,
    );
  }
}

function whyNotSaved(error: unknown, folder: string): string {
  if (error instanceof FolderBusyError) return `${error.message} ${error.advice}`;
  return error instanceof JournalError ? error.message : describeFileError(error, folder);
}

export function removeJournal(journal: string): void {
  try {
    unlinkSync(journal);
  } catch {
    // Another window did.
  }
}

function write(journal: string, unsaved: Unsaved, folder: string): SavedRecording {
  const problems: string[] = [];
  const files = new ResultFiles(placeFor(unsaved, folder), (text) => problems.push(text));
  files.write(unsaved.recording);
  if (files.failed) return { files: [], problem: printable(problems.join('; ')) };
  removeJournal(journal);
  return { files: files.written };
}

/** Results of a later recording stay as they are: then ours get a folder of their own. */
function placeFor({ recording, writtenAt }: Unsaved, folder: string): string {
  const { header } = recording;
  const names = header.limit ? ['stack.bpf', 'stack.svg'] : ['stack_count.log', 'stack.svg'];
  if (!names.some((name) => modifiedAt(join(folder, name)) > writtenAt)) return folder;
  const time = new Date(header.startedAt).toISOString().slice(0, 19).replaceAll(':', '.');
  const own = join(folder, `stack_count-${time}`);
  mkdirSync(own, { recursive: true });
  return own;
}

function modifiedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function namesIn(folder: string, suffix: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(suffix))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** Whoever wrote it is gone, or is this process. One that is damaged was abandoned, too. */
function isAbandoned(path: string): boolean {
  try {
    const line = firstLine(path);
    if (isOfOtherVersion(line)) return false;
    const header = readJournalHeader(line);
    return header.pid === process.pid || !isAlive(header);
  } catch {
    return true;
  }
}

/** `1792000000000-4711.journal.new`: a kill left it while it was written anew. */
function isLeftBehind(path: string): boolean {
  const pid = Number(/-(\d+)\.journal\.new$/.exec(path)?.[1]);
  return pid !== process.pid && startTime(pid) === undefined;
}

function firstLine(path: string): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(MAX_HEADER);
    const length = readSync(file, bytes, 0, MAX_HEADER, 0);
    return bytes.toString('utf8', 0, bytes.subarray(0, length).indexOf(10));
  } finally {
    closeSync(file);
  }
}

function readOrRemove(journal: string): RecoveredRecording | undefined {
  try {
    const recording = readJournal(readFileSync(journal));
    if (recording.totals.recorded > 0) return recording;
  } catch (error) {
    if (!(error instanceof JournalError)) return undefined;
  }
  removeJournal(journal);
  return undefined;
}
