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
  lchownSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { callingUser } from '../privilege/callingUser';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY, W_OK, X_OK } = constants;

/** @throws the file system's error; the target is then as it was. */
export function writeWhole(path: string, chunks: Iterable<string>): void {
  const temporary = join(dirname(path), `.${basename(path)}${suffixOf(process.pid)}`);
  const file = openInFolder(temporary);
  try {
    writeAll(file, chunks);
    giveToCaller(file);
    fsyncSync(file);
    closeSync(file);
    renameSync(temporary, path);
  } catch (error) {
    closeQuietly(file);
    removeIfThere(temporary);
    throw error;
  }
}

/** Removes what a process that was killed in the middle of a write has left there. */
export function removeUnfinished(folder: string, pid: number): void {
  for (const name of namesIn(folder))
    if (name.startsWith('.') && name.endsWith(suffixOf(pid))) removeIfThere(join(folder, name));
}

/** A folder may be one that we can write to and not read. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** `.4711.tmp` */
function suffixOf(pid: number): string {
  return `.${pid}.tmp`;
}

/** A folder that was removed while a recording ran is made again, but not the ones above it. */
function openInFolder(path: string): number {
  try {
    return createFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const folder = dirname(path);
  mkdirSync(folder);
  const owner = callingUser();
  if (owner) lchownSync(folder, owner.uid, owner.gid);
  return createFile(path);
}

/** A new file, whatever stood in its place: others may have planted a link there. */
export function createFile(path: string): number {
  removeIfThere(path);
  return openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644);
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

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was not there.
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
  EACCES: 'can not be written by you',
  EPERM: 'can not be written by you',
  EROFS: 'is on a read-only file system',
  EMFILE: 'could not be opened: too many files are open',
  ENFILE: 'could not be opened: the machine has too many files open',
  ENOSPC: 'has no space left on its disk',
  EDQUOT: 'is over your disk quota',
};

/** `/srv/x has no space left on its disk`, from a file system error. */
export function describeFileError(error: unknown, path: string): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return `${path} ${ERROR_WORDS[code] ?? `could not be written (${code || String(error)})`}`;
}
