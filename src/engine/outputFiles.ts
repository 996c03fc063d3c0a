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
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  removeIfThere(temporary);
  const file = openInFolder(temporary);
  try {
    writeAll(file, chunks);
    const owner = callingUser();
    if (owner) fchownSync(file, owner.uid, owner.gid);
    fsyncSync(file);
    closeSync(file);
    renameSync(temporary, path);
  } catch (error) {
    closeQuietly(file);
    removeIfThere(temporary);
    throw error;
  }
}

/** A folder that was removed while a recording ran is made again, but not the ones above it. */
function openInFolder(path: string): number {
  const open = (): number => openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644);
  try {
    return open();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const folder = dirname(path);
  mkdirSync(folder);
  const owner = callingUser();
  if (owner) lchownSync(folder, owner.uid, owner.gid);
  return open();
}

/** Chunks are gathered, so that a document of many small pieces is not as many writes. */
function writeAll(file: number, chunks: Iterable<string>): void {
  let pending = '';
  for (const chunk of chunks) {
    pending += chunk;
    if (pending.length < 1 << 18) continue;
    writeText(file, pending);
    pending = '';
  }
  writeText(file, pending);
}

function writeText(file: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
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
