/**
 * Damages an input the way files and pipes are damaged, and the way somebody would who knows the
 * format: bytes, numbers, whole lines, words of the format in the wrong place.
 */
import type { Random } from '../support/random';

/** Inputs grow by repetition; beyond this they only get slow. */
const MAX_BYTES = 256 * 1024;
const MAX_CHANGES = 8;

/** Where integers of some width end, and what number parsers take for numbers. */
const NUMBERS = [
  ...['0', '-1', '1', '00', '255', '65536', '2147483648', '4294967295', '4294967296'],
  ...['9007199254740991', '9007199254740992', '9223372036854775807', '18446744073709551615'],
  ...['99999999999999999999999', '1e9', '1e999', '0x10', '1.5', 'NaN', 'Infinity', '', ' ', '٣'],
];

/** What means something to one reader or another. */
const WORDS = [
  ...['\n', '\r\n', '\r', '\0', '\t', ' ', ',', ';', ':', '"', "'", '\\', '\\u', '\\ud800', '%'],
  ...['[', ']', '{', '}', '@', '@[', ']: ', ']: 3\n', '[unknown]', '(deleted)', '__proto__'],
  ...['\x1b[31m', '\x9b', '\x7f', '\u202e', '\u2028', '\ufeff', '\xff\xfe', 'toString', '../'],
];

/** @param words of the format, beside those every format knows */
export function mutate(input: Buffer, random: Random, words: readonly string[]): Buffer {
  const vocabulary = [...WORDS, ...words];
  let bytes = input;
  for (let left = 1 + random.below(MAX_CHANGES); left > 0; left--) {
    bytes = random.pick(CHANGES)(bytes, random, vocabulary);
  }
  return bytes.subarray(0, MAX_BYTES);
}

type Change = (bytes: Buffer, random: Random, words: readonly string[]) => Buffer;

const CHANGES: readonly Change[] = [
  flipBytes,
  changeNumber,
  changeNumber,
  insertWord,
  insertWord,
  dropLines,
  repeatLines,
  moveLines,
  cutOff,
  repeatPiece,
];

function flipBytes(bytes: Buffer, random: Random): Buffer {
  const damaged = Buffer.from(bytes);
  if (damaged.length === 0) return damaged;
  for (let left = 1 + random.below(8); left > 0; left--) {
    damaged[random.below(damaged.length)] = random.once(2)
      ? 1 << random.below(8)
      : random.below(256);
  }
  return damaged;
}

function changeNumber(bytes: Buffer, random: Random): Buffer {
  const text = bytes.toString('latin1');
  const numbers = [...text.matchAll(/\d+/g)];
  if (numbers.length === 0) return insertWord(bytes, random, NUMBERS);
  const { index, 0: number } = random.pick(numbers);
  const put = random.once(3)
    ? String(Number(number) + random.pick([-1, 1, 2]))
    : random.pick(NUMBERS);
  return splice(bytes, index, index + number.length, Buffer.from(put));
}

function insertWord(bytes: Buffer, random: Random, words: readonly string[]): Buffer {
  const at = random.below(bytes.length + 1);
  const replaced = random.once(2) ? 0 : random.below(6);
  return splice(bytes, at, at + replaced, Buffer.from(random.pick(words), 'utf8'));
}

function dropLines(bytes: Buffer, random: Random): Buffer {
  const { from, to } = someLines(bytes, random);
  return splice(bytes, from, to, Buffer.alloc(0));
}

function repeatLines(bytes: Buffer, random: Random): Buffer {
  const { from, to } = someLines(bytes, random);
  return splice(bytes, to, to, bytes.subarray(from, to));
}

function moveLines(bytes: Buffer, random: Random): Buffer {
  const { from, to } = someLines(bytes, random);
  const rest = splice(bytes, from, to, Buffer.alloc(0));
  const at = lineStart(rest, random.below(rest.length + 1));
  return splice(rest, at, at, bytes.subarray(from, to));
}

function cutOff(bytes: Buffer, random: Random): Buffer {
  const at = random.below(bytes.length + 1);
  return random.once(2) ? bytes.subarray(0, at) : bytes.subarray(at);
}

/** Deep nesting, long lines: one piece very often. */
function repeatPiece(bytes: Buffer, random: Random): Buffer {
  const from = random.below(bytes.length + 1);
  const piece = bytes.subarray(from, from + 1 + random.below(32));
  const times = random.pick([2, 30, 1000, 10_000]);
  return splice(bytes, from, from, Buffer.concat(Array<Buffer>(times).fill(piece)));
}

function someLines(bytes: Buffer, random: Random): { from: number; to: number } {
  const from = lineStart(bytes, random.below(bytes.length + 1));
  let to = from;
  for (
    let left = 1 + random.below(random.pick([2, 12, 200]));
    left > 0 && to < bytes.length;
    left--
  ) {
    const newline = bytes.indexOf(10, to);
    to = newline < 0 ? bytes.length : newline + 1;
  }
  return { from, to };
}

function lineStart(bytes: Buffer, at: number): number {
  return at === 0 ? 0 : bytes.lastIndexOf(10, at - 1) + 1;
}

function splice(bytes: Buffer, from: number, to: number, put: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(to)]);
}
