/**
 * Standard output and standard error, so that no way in which they can fail is an exception: a reader
 * that went away has what it wanted, and of a disk that is full we tell.
 */
import { Socket } from 'node:net';
import { printable } from '../core/printable';
import { describeFileError, writeBytes } from '../results/outputFiles';

/** Not all of the results could be written: the files, the capture or what is printed. */
export const NOT_WRITTEN = 1;

const READER_GONE: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED']);

/** Before anything is written: what nobody listens to is thrown. */
export function bearLostReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}

/** All of this text to standard output. @returns the exit code: the one given, if it got there */
export async function print(text: string, code = 0): Promise<number> {
  const error = await written(text);
  if (!error || isReaderGone(error)) return code;
  complain(`${describeFileError(error, 'standard output')}. Give it another place.`);
  return code === 0 ? NOT_WRITTEN : code;
}

/** `stack-count: ...` on standard error, for what went wrong. */
export function complain(text: string): void {
  process.stderr.write(`stack-count: ${printable(text)}\n`);
}

/** Why it could not be written. */
function written(text: string): Promise<unknown> {
  return new Promise((resolve) => write(text, resolve));
}

/**
 * A stream into a file takes a part for the whole, and tells of errors late: there we write ourselves.
 *
 * @param done told why it could not be written, or undefined
 */
export function write(text: string, done: (error: unknown) => void): void {
  if (process.stdout instanceof Socket) return void process.stdout.write(text, done);
  try {
    writeBytes(1, Buffer.from(text, 'utf8'));
  } catch (error) {
    return done(error);
  }
  done(undefined);
}

/** A terminal that was closed says EIO. */
export function isReaderGone(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return READER_GONE.has(code) || (code === 'EIO' && process.stdout.isTTY);
}
