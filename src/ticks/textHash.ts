/** A number that stands for a text, for maps whose keys would take too much memory. */
import { createHash } from 'node:crypto';

/** Of 48 bits: enough to tell texts apart, and exact as a number. */
const BYTES = 6;

export function hashOf(text: string): number {
  return createHash('sha1').update(text, 'latin1').digest().readUIntBE(0, BYTES);
}
