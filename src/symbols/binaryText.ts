/**
 * Text whose characters are bytes (latin1). Paths of a target travel in this form, so that a name
 * which is not UTF-8 still opens its file; people get to see `textOf` it.
 */

export function bytesOf(binary: string): Buffer {
  return Buffer.from(binary, 'latin1');
}

export function binaryOf(bytes: Buffer): string {
  return bytes.toString('latin1');
}

/** What a person reads: UTF-8, with U+FFFD where the bytes are none. */
export function textOf(binary: string): string {
  return bytesOf(binary).toString('utf8');
}
