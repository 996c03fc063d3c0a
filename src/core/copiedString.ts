/** A copy of a string. A slice keeps the whole text it was cut from in memory; a copy does not. */
export function copiedString(slice: string): string {
  return Buffer.from(slice, 'utf8').toString('utf8');
}
