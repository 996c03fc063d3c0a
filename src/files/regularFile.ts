/**
 * Opens files by names that others may have put something under: a FIFO, which keeps whoever opens
 * it waiting, a device, a link that leads out of place. As we may be root, nothing but a regular
 * file is ever opened, for reading or for writing.
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  unlinkSync,
  type Stats,
} from 'node:fs';

/** Open without reading, and without the side effects that opening a device or FIFO has; open(2). */
export const O_PATH = 0o10000000;
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** Readable to its owner alone: stacks are what other users run, and addresses of the kernel. */
export const PRIVATE = 0o600;

export class NotAFileError extends Error {
  override readonly name = 'NotAFileError';

  /** @param kind `a FIFO` */
  constructor(readonly kind: string) {
    super(`it is ${kind}, and not a regular file`);
  }
}

/**
 * The file is looked at before it is opened for reading, through the same handle, so that no swap in
 * between can fool us. `links` is about the last part of the path.
 *
 * @returns a descriptor
 * @throws NotAFileError, or the file system's error
 */
export function openRegular(path: string | Buffer, links: 'follow' | 'refuse'): number {
  const handle = openSync(path, links === 'refuse' ? O_PATH | O_NOFOLLOW : O_PATH);
  try {
    requireFile(fstatSync(handle));
    // O_NONBLOCK: where its owner holds a lease, opening would else wait for him, fcntl(2).
    return openSync(`/proc/self/fd/${handle}`, O_RDONLY | O_NONBLOCK);
  } finally {
    closeSync(handle);
  }
}

/**
 * A new file, whatever stood in its place: a link that somebody planted there, or a file that
 * somebody else owns and could read.
 *
 * @returns a descriptor
 */
export function createFile(path: string): number {
  removeIfThere(path);
  return openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, PRIVATE);
}

/** @throws NotAFileError when something that is no file stands there; a link is none */
export function requireFileOrNothing(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found) requireFile(found);
}

function requireFile(found: Stats): void {
  if (!found.isFile()) throw new NotAFileError(kindOf(found));
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a folder';
  if (found.isFIFO()) return 'a FIFO';
  if (found.isSocket()) return 'a socket';
  return found.isSymbolicLink() ? 'a link' : 'a device';
}

export function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was not there, or is somebody else's: then creating it fails, and says why.
  }
}
