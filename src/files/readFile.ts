/** Reads regular files, and no more of them than is bearable: one that is sparse may be any size. */
import { closeSync, fstatSync, readSync } from 'node:fs';
import { NotAFileError, openRegular } from './regularFile';

const CHUNK = 1 << 16;

export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';

  constructor(limit: number) {
    super(`it is larger than ${inWords(limit)}`);
  }
}

/** All of it. @throws NotAFileError, TooLargeError, or the file system's error */
export function readWhole(path: string, limit: number, links: 'follow' | 'refuse'): Buffer {
  return withFile(path, links, (file) => {
    const { size } = fstatSync(file);
    if (size > limit) throw new TooLargeError(limit);
    return readAll(file, size, limit);
  });
}

/** Its first bytes, as many as there are. @throws NotAFileError, or the file system's error */
export function readStart(path: string, length: number, links: 'follow' | 'refuse'): Buffer {
  return withFile(path, links, (file) => readUpTo(file, length));
}

const ERROR_WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'it can not be read by you',
  EPERM: 'it can not be read by you',
};

/** Why a file can not be read, to be put behind its name and a colon. */
export function describeReadError(error: unknown): string {
  if (error instanceof NotAFileError || error instanceof TooLargeError) return error.message;
  const { code, message = String(error) } = error as NodeJS.ErrnoException;
  return ERROR_WORDS[code ?? ''] ?? `it can not be read (${code ?? message})`;
}

/** Whether this is for people, and no fault of ours. */
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

/** It may grow meanwhile, and files in /proc say that they are empty. */
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

/** From where the last read ended. */
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
