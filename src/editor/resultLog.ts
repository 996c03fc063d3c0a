/** Which of the files that a recording left is the log that can be opened. */
import { basename } from 'node:path';

/** @param files paths of results; @returns undefined where there is none, as of the load monitor */
export function logIn(files: readonly string[]): string | undefined {
  return files.find((file) => basename(file) === 'stack_count.log');
}
