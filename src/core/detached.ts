/** A slice keeps the whole text alive that it was cut from; a copy does not. */
export function detached(slice: string): string {
  return Buffer.from(slice, 'utf8').toString('utf8');
}
