/** Reads regular files within a size limit: a sparse file can claim any size. */
import { closeSync, fstatSync, readSync } from 'node:fs';
import { NotAFileError, openRegular } from './regularFile';

const CHUNK = 1 << 16;

export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';

  constructor(limit: number) {
    super(`it is larger than ${inWords(limit)}`);
  }
}

/** The whole file. @throws NotAFileError, TooLargeError, or the file system's error */
export function readWhole(path: string, limit: number, links: 'follow' | 'refuse'): Buffer {
  return withFile(path, links, (file) => {
    const { size } = fstatSync(file);
    if (size > limit) throw new TooLargeError(limit);
    return readAll(file, size, limit);
  });
}

/** The first `length` bytes, or fewer if the file is shorter. @throws NotAFileError, or the file system's error */
export function readStart(path: string, length: number, links: 'follow' | 'refuse'): Buffer {
  return withFile(path, links, (file) => readUpTo(file, length));
}

const ERROR_WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'you are not allowed to read it',
  EPERM: 'you are not allowed to read it',
};

/** Why a file cannot be read, to follow its name and a colon. */
export function describeReadError(error: unknown): string {
  if (error instanceof NotAFileError || error instanceof TooLargeError) return error.message;
  const { code, message = String(error) } = error as NodeJS.ErrnoException;
  return ERROR_WORDS[code ?? ''] ?? `it cannot be read (${code ?? message})`;
}

/** Whether the error is to be reported to the user, and is not a bug of ours. */
export function isReadError(error: unknown): boolean {
  if (error instanceof NotAFileError || error instanceof TooLargeError) return true;
  return error instanceof Error && 'code' in error;
}

function withFile<T>(path: string, links: 'follow' | 'refuse', read: (file: number) => T): T {
  const file = openRegular(path, links);
  try {
    return read(file);
  } finally {
    closeSync(file);
  }
}

/** Reads past the reported size: the file may grow, and files in /proc report 0. */
function readAll(file: number, size: number, limit: number): Buffer {
  const chunks = [readUpTo(file, size)];
  for (let length = chunks[0]?.length ?? 0; ;) {
    const chunk = readUpTo(file, CHUNK);
    if (chunk.length === 0)
      return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
    length += chunk.length;
    if (length > limit) throw new TooLargeError(limit);
    chunks.push(chunk);
  }
}

/** Reads up to `length` bytes from the current position. */
function readUpTo(file: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length);
  let done = 0;
  while (done < length) {
    const got = readSync(file, bytes, done, length - done, null);
    if (got === 0) break;
    done += got;
  }
  return bytes.subarray(0, done);
}

function inWords(bytes: number): string {
  const megabytes = bytes / 2 ** 20;
  return megabytes >= 1024 ? `${megabytes / 1024} GB` : `${megabytes} MB`;
}
