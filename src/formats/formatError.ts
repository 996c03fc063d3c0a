/** Why a file can not be read, in words for the person who gave it. */

export class FormatError extends Error {
  /**
   * @param reason what is wrong, without the position: `the count is missing`
   * @param line from 1, where the reader noticed; undefined when it is about the whole file
   */
  constructor(
    readonly reason: string,
    readonly line?: number,
  ) {
    super(line === undefined ? reason : `line ${line}: ${reason}`);
    this.name = 'FormatError';
  }
}
