/**
 * Opens files that a target named. Such a path may lead to a FIFO, a device or a link out of place,
 * and we may be root, so nothing but a regular file is ever opened for reading.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { bytesOf } from './binaryText';
import { attempt, found, refused, type Outcome } from './outcome';

/** Something with bytes at offsets: a file, or a copy of memory. */
export interface ByteSource {
  readonly size: number;
  /** Exactly `length` bytes, or `undefined` when they are not all there. */
  read(offset: number, length: number): Buffer | undefined;
}

export interface FileIdentity {
  /** As `/proc/<pid>/maps` prints it: `fe:00`. */
  readonly device: string;
  readonly inode: string;
  readonly size: number;
  readonly modifiedNs: bigint;
  /** Milliseconds since the epoch; unlike the time of modification nobody can set it back. */
  readonly changedMs: number;
  readonly owner: number;
}

/** Open without reading, and without the side effects that opening a device or FIFO has; open(2). */
const O_PATH = 0o10000000;

export class RegularFile implements ByteSource {
  readonly identity: FileIdentity;
  readonly #descriptor: number;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
    this.identity = identify(descriptor);
  }

  get size(): number {
    return this.identity.size;
  }

  read(offset: number, length: number): Buffer | undefined {
    // Written so that NaN, which comparisons let through otherwise, is refused too.
    if (!(offset >= 0 && length >= 0 && offset + length <= this.size)) return undefined;
    const bytes = Buffer.allocUnsafeSlow(length);
    const complete = attempt(() => this.#fill(bytes, offset));
    return complete.ok && complete.value ? bytes : undefined;
  }

  /** False when the file ends early: it was cut since it was opened. */
  #fill(bytes: Buffer, offset: number): boolean {
    let done = 0;
    while (done < bytes.length) {
      const got = readSync(this.#descriptor, bytes, done, bytes.length - done, offset + done);
      if (got === 0) return false;
      done += got;
    }
    return true;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/**
 * `links` is about the last part of the path. `path` is binary text. The file is looked at before
 * it is opened for reading, through the same handle, so that no swap in between can fool us.
 */
export function openRegular(path: string, links: 'follow' | 'refuse'): Outcome<RegularFile> {
  const flags = links === 'refuse' ? O_PATH | constants.O_NOFOLLOW : O_PATH;
  const handle = attempt(() => openSync(bytesOf(path), flags));
  if (!handle.ok) return handle;
  try {
    if (!fstatSync(handle.value).isFile()) return refused('not a regular file');
    return found(reopen(handle.value));
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  } finally {
    closeSync(handle.value);
  }
}

/** O_NONBLOCK: opening a file on which its owner holds a lease would else wait for him, fcntl(2). */
function reopen(handle: number): RegularFile {
  const flags = constants.O_RDONLY | constants.O_NONBLOCK;
  return new RegularFile(openSync(`/proc/self/fd/${handle}`, flags));
}

function identify(descriptor: number): FileIdentity {
  const { dev, ino, size, mtimeNs, ctimeMs, uid } = fstatSync(descriptor, { bigint: true });
  return {
    device: deviceName(dev),
    inode: ino.toString(),
    size: Number(size),
    modifiedNs: mtimeNs,
    changedMs: Number(ctimeMs),
    owner: Number(uid),
  };
}

/** As fs/proc/task_mmu.c prints a device; its numbers are spread over st_dev as in makedev(3). */
export function deviceName(device: bigint): string {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn);
  const minor = (device & 0xffn) | ((device >> 12n) & 0xffffff00n);
  return [major, minor].map((part) => part.toString(16).padStart(2, '0')).join(':');
}
