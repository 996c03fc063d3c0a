/**
 * The vdso: code that the kernel maps into every process, without a file (vdso(7)). It is the same
 * for all of them, so we read our own copy.
 */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import type { ByteSource } from './fileAccess';
import { readImage, type Image } from './image';
import { parseMaps, type Mapping } from './maps';
import { attempt } from './outcome';

export const VDSO_MODULE = '[vdso]';

/** It has two pages today. */
const MAX_BYTES = 2 ** 20;

export class Vdso {
  readonly #mapping: Mapping;
  readonly image: Image;

  constructor(mapping: Mapping, bytes: Buffer) {
    this.#mapping = mapping;
    this.image = readImage(sourceOf(bytes), () => undefined);
  }

  /** A 32-bit process on a 64-bit kernel has another vdso, of another size, in its low 4 GB. */
  isBehind(mapping: Mapping): boolean {
    const size = mapping.end - mapping.start;
    return (
      size === this.#mapping.end - this.#mapping.start &&
      mapping.start < 2 ** 32 === this.#mapping.start < 2 ** 32
    );
  }
}

export function readVdso(): Vdso | undefined {
  const vdso = attempt(() => {
    const maps = parseMaps(readFileSync('/proc/self/maps', 'latin1'));
    const mapping = maps.find(({ name }) => name === VDSO_MODULE);
    return mapping && new Vdso(mapping, readOwnMemory(mapping));
  });
  return vdso.ok ? vdso.value : undefined;
}

function readOwnMemory({ start, end }: Mapping): Buffer {
  const bytes = Buffer.alloc(Math.min(end - start, MAX_BYTES));
  const memory = openSync('/proc/self/mem', 'r');
  try {
    readSync(memory, bytes, 0, bytes.length, start);
  } finally {
    closeSync(memory);
  }
  return bytes;
}

function sourceOf(bytes: Buffer): ByteSource {
  return {
    size: bytes.length,
    read: (offset, length) =>
      offset >= 0 && offset + length <= bytes.length
        ? bytes.subarray(offset, offset + length)
        : undefined,
  };
}
