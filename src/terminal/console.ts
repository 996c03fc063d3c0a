/** Standard output for reports, standard error for everything else. */
import { formatCount } from '../core/accounting';
import { printable } from '../core/printable';
import { describeFileError } from '../results/outputFiles';
import { isReaderGone, write } from './output';

export class Console {
  readonly #live = process.stderr.isTTY === true;
  #statusShown = false;
  #unread = 0;
  #reportsLost = false;

  /** @param onClosed the reader of standard output is gone */
  constructor(private readonly onClosed: () => void) {
    process.stdout.on('error', (error) => this.#notPrinted(error));
  }

  /**
   * A report holds everything since the start, so one that nobody has read yet makes the next ones
   * superfluous, which would only pile up; but the last one is always printed.
   */
  report(make: () => string, last: boolean): void {
    if (process.stdout.writableNeedDrain && !last) {
      this.#unread++;
      return;
    }
    const text = make();
    if (text !== '') this.#print(text);
  }

  /** In a terminal the report would begin behind the line of progress. */
  #print(text: string): void {
    if (process.stdout.isTTY) this.#clear();
    write(text, (error) => {
      if (error) this.#notPrinted(error);
    });
  }

  #notPrinted(error: unknown): void {
    if (isReaderGone(error)) return this.onClosed();
    if (this.#reportsLost) return;
    this.#reportsLost = true;
    const cause = describeFileError(error, 'standard output');
    this.complain(`${cause}. Give it another place; the files of the recording are still written.`);
  }

  /** Of some report not all could be printed, though there may be somebody to read it. */
  get reportsLost(): boolean {
    return this.#reportsLost;
  }

  /** Reports that were left out. */
  get unreadReports(): number {
    return this.#unread;
  }

  /** One line that stays. */
  say(text: string): void {
    this.#clear();
    process.stderr.write(`${text}\n`);
  }

  /** `stack-count: ...`, for what went wrong. */
  complain(text: string): void {
    this.say(`stack-count: ${printable(text)}`);
  }

  /** One line that the next one replaces; only where somebody is watching. */
  status(seconds: number, samples: number, lost: number, load = ''): void {
    if (!this.#live) return;
    const counts = `${formatCount(samples)} samples  ${formatCount(lost)} lost`;
    process.stderr.write(`\r\u001b[K${seconds.toFixed(0)} s  ${counts}  ${load}`);
    this.#statusShown = true;
  }

  #clear(): void {
    if (this.#statusShown) process.stderr.write('\r\u001b[K');
    this.#statusShown = false;
  }

  get columns(): number {
    return process.stdout.columns ?? 120;
  }
}
