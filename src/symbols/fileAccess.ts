/** Reads files that a target named: regular ones only, and what is not there is no exception. */
import { closeSync, fstatSync, readSync } from 'node:fs';
import { NotAFileError, openRegular as openDescriptor } from '../files/regularFile';
import { bytesOf } from './binaryText';
import { attempt, found, refused, type Outcome } from './outcome';

/** Something with bytes at offsets: a file, or a copy of memory. */
export interface ByteSource {
  readonly size: number;
  /** Bytes it takes on disk, where that is known: a file may be mostly holes. */
  readonly allocated?: number;
  /** Exactly `length` bytes, or `undefined` when they are not all there. */
  read(offset: number, length: number): Buffer | undefined;
}

export interface FileIdentity {
  /** As `/proc/<pid>/maps` prints it: `fe:00`. */
  readonly device: string;
  readonly inode: string;
  readonly size: number;
  /** Bytes on disk. */
  readonly allocated: number;
  readonly modifiedNs: bigint;
  /** Milliseconds since the epoch; unlike the time of modification nobody can set it back. */
  readonly changedMs: number;
  readonly owner: number;
}

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

  get allocated(): number {
    return this.identity.allocated;
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

/** `links` is about the last part of the path. `path` is binary text. */
export function openRegular(path: string, links: 'follow' | 'refuse'): Outcome<RegularFile> {
  try {
    return found(new RegularFile(openDescriptor(bytesOf(path), links)));
  } catch (error) {
    if (error instanceof NotAFileError) return refused('not a regular file');
    return refused(error instanceof Error ? error.message : String(error));
  }
}

function identify(descriptor: number): FileIdentity {
  const { dev, ino, size, blocks, mtimeNs, ctimeMs, uid } = fstatSync(descriptor, { bigint: true });
  return {
    device: deviceName(dev),
    inode: ino.toString(),
    size: Number(size),
    // stat(2): in units of 512 bytes, whatever the file system's own are.
    allocated: 512 * Number(blocks),
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
