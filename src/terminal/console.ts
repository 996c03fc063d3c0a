/** Standard output for reports, standard error for everything else. */
import { formatCount } from '../core/accounting';
import { printable } from '../core/printable';

export class Console {
  readonly #live = process.stderr.isTTY === true;
  #statusShown = false;
  #unread = 0;

  /** @param onClosed the reader of standard output is gone */
  constructor(onClosed: () => void) {
    process.stdout.on('error', onClosed);
    // A terminal that was closed can not be told anything.
    process.stderr.on('error', () => {});
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
    if (text !== '') process.stdout.write(text);
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
