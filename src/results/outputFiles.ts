/**
 * Writes the results: into a temporary file beside the target, then renamed over it, so that a
 * reader sees the old file or the new one and a failed write keeps the old one.
 */
import {
  accessSync,
  closeSync,
  constants,
  fchownSync,
  fsyncSync,
  readdirSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { createFile, NotAFileError, removeIfThere } from '../files/regularFile';
import { callingUser } from '../privilege/callingUser';
import { OutputFolder } from './outputFolder';

const { W_OK, X_OK } = constants;

/**
 * For its owner alone, whatever mode the old file had.
 *
 * @throws the file system's error; the target is then as it was.
 */
export function writeWhole(folder: OutputFolder, name: string, chunks: Iterable<string>): void {
  const temporary = `.${name}${suffixOf(process.pid)}`;
  const file = createIn(folder, temporary);
  try {
    writeAll(file, chunks);
    giveToCaller(file);
    fsyncSync(file);
    closeSync(file);
    renameSync(folder.at(temporary), folder.at(name));
  } catch (error) {
    closeQuietly(file);
    removeIfThere(folder.at(temporary));
    throw error;
  }
}

/** The same for a file that is no result of a recording. @throws the file system's error */
export function replaceFile(path: string, text: string): void {
  const folder = OutputFolder.openOrMake(dirname(path));
  try {
    writeWhole(folder, basename(path), [text]);
  } finally {
    folder.close();
  }
}

/** Removes what a process that was killed in the middle of a write has left there. */
export function removeUnfinished(folder: OutputFolder, pid: number): void {
  for (const name of namesIn(folder))
    if (name.startsWith('.') && name.endsWith(suffixOf(pid))) removeIfThere(folder.at(name));
}

/** A folder may be one that we can write to and not read. */
function namesIn(folder: OutputFolder): string[] {
  try {
    return readdirSync(folder.at('.'));
  } catch {
    return [];
  }
}

/** `.4711.tmp` */
function suffixOf(pid: number): string {
  return `.${pid}.tmp`;
}

/** A folder that was removed while a recording ran is made again. */
function createIn(folder: OutputFolder, name: string): number {
  try {
    return createFile(folder.at(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  folder.makeAnew();
  return createFile(folder.at(name));
}

/** What root writes for somebody belongs to them. */
export function giveToCaller(file: number): void {
  const owner = callingUser();
  if (owner) fchownSync(file, owner.uid, owner.gid);
}

const GATHERED = 1 << 16;

/**
 * Chunks are gathered, so that a document of many small pieces is not as many writes; and in one
 * buffer, for those that are left behind would be more memory than all else.
 */
function writeAll(file: number, chunks: Iterable<string>): void {
  let buffer = Buffer.allocUnsafe(GATHERED);
  let used = 0;
  for (const chunk of chunks) {
    // A UTF-16 unit takes three bytes at most.
    const room = 3 * chunk.length;
    if (used + room > buffer.length) {
      writeBytes(file, buffer, used);
      used = 0;
    }
    if (room > buffer.length) buffer = Buffer.allocUnsafe(room);
    used += buffer.write(chunk, used, 'utf8');
  }
  writeBytes(file, buffer, used);
}

/** All of them: one call may write a part, on a disk that is nearly full. */
export function writeBytes(file: number, bytes: Uint8Array, length = bytes.length): void {
  for (let done = 0; done < length;) done += writeSync(file, bytes, done, length - done);
}

function closeQuietly(file: number): void {
  try {
    closeSync(file);
  } catch {
    // It was closed already.
  }
}

/** Why results could not be written here, in words; undefined when they can. */
export function whyNotWritable(folder: string): string | undefined {
  try {
    if (!statSync(folder).isDirectory()) return `${folder} is not a folder`;
    accessSync(folder, W_OK | X_OK);
    return undefined;
  } catch (error) {
    return describeFileError(error, folder);
  }
}

const ERROR_WORDS: Record<string, string> = {
  ENOENT: 'does not exist',
  EACCES: 'cannot be written by you',
  EPERM: 'cannot be written by you',
  EROFS: 'is on a read-only file system',
  EMFILE: 'could not be opened: too many files are open',
  ENFILE: 'could not be opened: the machine has too many files open',
  ENOSPC: 'has no space left on its disk',
  EDQUOT: 'is over your disk quota',
};

/** `/srv/x has no space left on its disk`, from a file system error. */
export function describeFileError(error: unknown, path: string): string {
  if (error instanceof NotAFileError) return `${path} is ${error.kind}, and not a regular file`;
  const { code, message = String(error) } = error as NodeJS.ErrnoException;
  return `${path} ${ERROR_WORDS[code ?? ''] ?? `could not be written (${code ?? message})`}`;
}
