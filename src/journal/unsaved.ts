/** Recordings that nobody lived to save: finds their journals, and saves or removes them. */
import { lstatSync, readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { printable } from '../core/printable';
import { describeReadError, readStart, readWhole, TooLargeError } from '../files/readFile';
import { FolderBusyError, isAlive, lockFolder, startTime } from '../results/folderLock';
import { isOfOtherVersion, JournalError, MAX_BYTES, SUFFIX, UNFINISHED } from './journalFormat';
import { readJournal, readJournalHeader, type RecoveredRecording } from './journalReader';
import { describeFileError, whyNotWritable } from '../results/outputFiles';
import type { OutputFolder } from '../results/outputFolder';
import { ResultFiles } from '../results/resultFiles';

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
    const locked = lockFolder(folder, 'Stack Count in VS Code');
    try {
      return write(journal, unsaved, locked.folder);
    } finally {
      locked.unlock();
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
    const writtenAt = lstatSync(journal).mtimeMs;
    return { recording: readJournal(bytesOf(journal)), writtenAt };
  } catch (error) {
    if (error instanceof JournalError) throw error;
    const gone = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new JournalError(
      gone
        ? 'it was saved or discarded in another window'
        : `its journal cannot be used: ${describeReadError(error)}`,
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

function write(journal: string, unsaved: Unsaved, folder: OutputFolder): SavedRecording {
  const problems: string[] = [];
  const place = placeFor(unsaved, folder);
  const files = new ResultFiles(place, (text) => problems.push(text));
  files.write(unsaved.recording);
  if (place !== folder) place.close();
  if (files.failed) return { files: [], problem: printable(problems.join('; ')) };
  removeJournal(journal);
  return { files: files.written };
}

/** Results of a later recording stay as they are: then ours get a folder of their own. */
function placeFor({ recording, writtenAt }: Unsaved, folder: OutputFolder): OutputFolder {
  const { header } = recording;
  const names = header.limit ? ['stack.bpf', 'stack.svg'] : ['stack_count.log', 'stack.svg'];
  if (!names.some((name) => modifiedAt(folder.at(name)) > writtenAt)) return folder;
  const time = new Date(header.startedAt).toISOString().slice(0, 19).replaceAll(':', '.');
  return folder.subfolder(`stack_count-${time}`);
}

function modifiedAt(path: string): number {
  return lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Files only: whatever else stands there we did not write, and leave alone. */
function namesIn(folder: string, suffix: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.name.endsWith(suffix) && entry.isFile())
      .map(({ name }) => join(folder, name));
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
  const bytes = readStart(path, MAX_HEADER, 'refuse');
  return bytes.toString('utf8', 0, bytes.indexOf(10));
}

/** @throws JournalError for what is too large to be one */
function bytesOf(journal: string): Buffer {
  try {
    return readWhole(journal, MAX_BYTES, 'refuse');
  } catch (error) {
    if (error instanceof TooLargeError) throw new JournalError(error.message);
    throw error;
  }
}

function readOrRemove(journal: string): RecoveredRecording | undefined {
  try {
    const recording = readJournal(bytesOf(journal));
    if (recording.totals.recorded > 0) return recording;
  } catch (error) {
    if (!(error instanceof JournalError)) return undefined;
  }
  removeJournal(journal);
  return undefined;
}
