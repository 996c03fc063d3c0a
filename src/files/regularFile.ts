/**
 * Opens files under names where other users may have planted something: a FIFO, which blocks whoever
 * opens it, a device, a link to another place. As we may be root, only regular files are ever opened,
 * for reading or for writing.
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

/** Opens without access to the content, and without the side effects of opening a device or FIFO; open(2). */
export const O_PATH = 0o10000000;
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** Readable to its owner alone: stacks show what other users run, and kernel addresses. */
export const PRIVATE = 0o600;

export class NotAFileError extends Error {
  override readonly name = 'NotAFileError';

  /** @param kind `a FIFO` */
  constructor(readonly kind: string) {
    super(`it is ${kind}, and not a regular file`);
  }
}

/**
 * Opens a regular file for reading. Its type is checked first, through the same handle, so that it
 * cannot be swapped in between. `links` applies to the last part of the path.
 *
 * @returns a descriptor
 * @throws NotAFileError, or the file system's error
 */
export function openRegular(path: string | Buffer, links: 'follow' | 'refuse'): number {
  const handle = openSync(path, links === 'refuse' ? O_PATH | O_NOFOLLOW : O_PATH);
  try {
    requireFile(fstatSync(handle));
    // O_NONBLOCK: otherwise opening would wait while the owner holds a lease, fcntl(2).
    return openSync(`/proc/self/fd/${handle}`, O_RDONLY | O_NONBLOCK);
  } finally {
    closeSync(handle);
  }
}

/**
 * Creates a new file and replaces whatever has its name: a planted link, or a file that somebody else
 * owns and could read.
 *
 * @returns a descriptor
 */
export function createFile(path: string): number {
  removeIfThere(path);
  return openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, PRIVATE);
}

/** @throws NotAFileError unless the path is a regular file or absent; a link is neither */
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
    // Absent, or somebody else's: then creating it fails with the reason.
  }
}
