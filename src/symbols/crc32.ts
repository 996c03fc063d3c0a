/**
 * The CRC-32 of a debug file, by which `.gnu_debuglink` knows it: polynomial 0xedb88320 reflected,
 * as in ISO 3309 and gdb's manual, "Separate Debug Files". (zlib.crc32 needs Node 20.15.)
 */
import type { ByteSource } from './fileAccess';
import { finish, type Work } from './work';

const BYTES_AT_A_TIME = 1 << 20;

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  return value;
});

/** `undefined` when the file cannot be read to its end. */
export function crc32Of(source: ByteSource): number | undefined {
  return finish(crc32(source));
}

/** The same in steps. */
export function* crc32(source: ByteSource): Work<number | undefined> {
  let crc = -1;
  for (let at = 0; at < source.size; at += BYTES_AT_A_TIME) {
    const bytes = source.read(at, Math.min(BYTES_AT_A_TIME, source.size - at));
    if (!bytes) return undefined;
    for (const byte of bytes) crc = (crc >>> 8) ^ TABLE[(crc ^ byte) & 255]!;
    yield bytes.length;
  }
  return ~crc >>> 0;
}
