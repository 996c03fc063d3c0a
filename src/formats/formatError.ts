/** Why a file cannot be read, in words for the user. */

export class FormatError extends Error {
  /**
   * @param reason what is wrong, without the position: `the count is missing`
   * @param line where the reader noticed, from 1; undefined for the whole file
   */
  constructor(
    readonly reason: string,
    readonly line?: number,
  ) {
    super(line === undefined ? reason : `line ${line}: ${reason}`);
    this.name = 'FormatError';
  }
}
