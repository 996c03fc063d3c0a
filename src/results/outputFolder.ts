/**
 * The folder of the results, held by a descriptor from the lock to the last write: whoever may rename
 * it, or put a link in its place, does not change where root writes. Node.js has no openat(2), but
 * /proc/self/fd/N/name is the same.
 */
import {
  chownSync,
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { O_PATH } from '../files/regularFile';
import { callingUser } from '../privilege/callingUser';

const { O_DIRECTORY, O_NOFOLLOW } = constants;

/** To be put behind a path and `could not be written`. */
export class FolderReplacedError extends Error {
  override readonly name = 'FolderReplacedError';
}

export class OutputFolder {
  /** Its lock went with it. */
  onMadeAnew: () => void = () => {};
  #folder: number;
  readonly #parent: number;
  readonly #name: string;
  #closed = false;

  /**
   * @param path as the person knows it; a link in it is followed now, and never again
   * @throws the file system's error
   */
  static open(path: string): OutputFolder {
    return new OutputFolder(resolve(path), openFolder(resolve(path), 0));
  }

  /** Not the folders above it. @throws the file system's error */
  static openOrMake(path: string): OutputFolder {
    try {
      return OutputFolder.open(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    const above = OutputFolder.open(dirname(path));
    try {
      return above.subfolder(basename(path));
    } finally {
      above.close();
    }
  }

  private constructor(
    readonly path: string,
    folder: number,
  ) {
    this.#folder = folder;
    try {
      this.#name = basename(readlinkSync(inProc(folder)));
      // Not by `join`, which would take it for /proc/self/fd.
      this.#parent = openFolder(`${inProc(folder)}/..`, 0);
    } catch (error) {
      closeSync(folder);
      throw error;
    }
  }

  /** Path of a file in it, for a call of the file system; people are told `path`. */
  at(name: string): string {
    return `${inProc(this.#folder)}/${name}`;
  }

  /** One in it, made if it is not there. */
  subfolder(name: string): OutputFolder {
    return new OutputFolder(join(this.path, name), makeFolder(this.at(name)));
  }

  /**
   * It was removed: makes it again, but not the folders above it.
   *
   * @throws FolderReplacedError where something else stands in its place
   */
  makeAnew(): void {
    const folder = makeFolder(`${inProc(this.#parent)}/${this.#name}`);
    closeSync(this.#folder);
    this.#folder = folder;
    this.onMadeAnew();
  }

  /** Where it is now, if its path leads elsewhere: it was renamed, or something is in its place. */
  get movedTo(): string | undefined {
    const held = inProc(this.#folder);
    return identityOf(this.path) === identityOf(held) ? undefined : readlinkSync(held);
  }

  /** More than once is once: the numbers may be those of other files by then. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#folder);
    closeSync(this.#parent);
  }
}

function inProc(descriptor: number): string {
  return `/proc/self/fd/${descriptor}`;
}

/** Undefined where it cannot be looked at. */
function identityOf(folder: string): string | undefined {
  try {
    const { dev, ino } = statSync(folder, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

/** For its name only: it may be one that we can write to and not read. */
function openFolder(path: string, flags: number): number {
  return openSync(path, O_PATH | O_DIRECTORY | flags);
}

/** @returns a descriptor of a folder that is new, or was there already; a link is not followed */
function makeFolder(path: string): number {
  const isNew = makeIfMissing(path);
  if (!lstatSync(path).isDirectory()) {
    throw new FolderReplacedError('something that is no folder stands in the place of its folder');
  }
  const folder = openFolder(path, O_NOFOLLOW);
  const owner = callingUser();
  if (isNew && owner) chownSync(inProc(folder), owner.uid, owner.gid);
  return folder;
}

function makeIfMissing(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}
