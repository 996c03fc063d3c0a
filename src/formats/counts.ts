/** Reads the counts of a file and refuses those that cannot be added up exactly. */
import { printable } from '../core/printable';
import { FormatError } from './formatError';

export const TOO_LARGE = 'the counts are too large to add up exactly';

export class CountReader {
  #total = 0;

  /** @throws FormatError unless `text` is a whole number and the sum so far stays exact */
  read(text: string, line: number): number {
    if (!/^\d+$/.test(text))
      throw new FormatError(`the count ${quote(text)} is not a whole number`, line);
    const count = Number(text);
    this.#total += count;
    if (!Number.isSafeInteger(this.#total)) throw new FormatError(TOO_LARGE, line);
    return count;
  }
}

/** A piece of the file for a message: shortened and in quotes. */
export function quote(text: string): string {
  return printable(JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text));
}
