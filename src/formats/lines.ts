/**
 * Lines of a file of perhaps hundreds of megabytes. It is decoded one block at a time, so that neither
 * the whole text nor a list of all lines is ever in memory.
 */

const BLOCK = 1 << 20;
const NEWLINE = 10;

/** Length of the byte order mark that the file begins with. */
function byteOrderMark(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

/** The lines without their ends (LF or CRLF). Bytes that are not UTF-8 become U+FFFD. */
export function* linesOf(bytes: Uint8Array): Generator<string> {
  for (const block of blocksOf(bytes)) {
    let start = 0;
    for (let end; (end = block.indexOf('\n', start)) >= 0; start = end + 1) {
      yield withoutReturn(block, start, end);
    }
    if (start < block.length) yield withoutReturn(block, start, block.length);
  }
}

/** Splits the file at line ends, so that no line and no character is cut. */
function* blocksOf(bytes: Uint8Array): Generator<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  for (let start = byteOrderMark(bytes), end; start < bytes.length; start = end) {
    end = blockEnd(bytes, start);
    yield decoder.decode(bytes.subarray(start, end));
  }
}

function blockEnd(bytes: Uint8Array, start: number): number {
  if (start + BLOCK >= bytes.length) return bytes.length;
  const last = bytes.lastIndexOf(NEWLINE, start + BLOCK);
  if (last >= start) return last + 1;
  const next = bytes.indexOf(NEWLINE, start + BLOCK);
  return next < 0 ? bytes.length : next + 1;
}

function withoutReturn(block: string, start: number, end: number): string {
  return block.slice(start, block.charAt(end - 1) === '\r' && end > start ? end - 1 : end);
}
