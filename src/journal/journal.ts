/**
 * Writes the journal of a recording, a tick at a time, for the case that editor and engine are both
 * gone before the results are saved. Never an end of the recording: what cannot be written ends
 * the journal there, and is said.
 *
 * Its size is bounded: when the ticks have grown as large as what they began from (or 4 MB), all is
 * written anew as one, which no number of ticks makes larger. At 64 MB the journal ends.
 */
import { closeSync, futimesSync, mkdirSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { CompletedTick } from '../ticks/session';
import type { Totals } from '../core/accounting';
import type { Profile } from '../core/profile';
import { createFile, removeIfThere } from '../files/regularFile';
import {
  MAGIC,
  MAX_BYTES,
  SUFFIX,
  UNFINISHED,
  type JournalHeader,
  type Line,
} from './journalFormat';
import { JournalLines } from './journalLines';

const GROWTH_BYTES = 4 * 2 ** 20;
const WRITE_BYTES = 1 << 18;

export interface JournalOptions {
  /** Ours alone: made when it is not there. */
  readonly folder: string;
  readonly header: JournalHeader;
  readonly profile: Profile;
  /** Told once, when the journal ends before the recording. */
  readonly complain: (text: string) => void;
  readonly growthBytes?: number;
  readonly maxBytes?: number;
}

export class Journal {
  readonly path: string;
  readonly #options: JournalOptions;
  #lines = new JournalLines();
  #file: number | undefined;
  /** Bytes of the last whole, and of all since the beginning of the file. */
  #whole = 0;
  #size = 0;

  constructor(options: JournalOptions) {
    const { startedAt } = options.header.header;
    this.#options = options;
    this.path = join(options.folder, `${startedAt}-${options.header.pid}${SUFFIX}`);
    this.#attempt(() => this.#begin([]));
  }

  add(tick: CompletedTick): void {
    if (this.#file === undefined || tick.samples.length === 0) return;
    this.#attempt(() => {
      const { growthBytes = GROWTH_BYTES } = this.#options;
      if (this.#size - this.#whole > Math.max(growthBytes, this.#whole)) this.#rewrite(tick);
      else this.#write(this.#lines.of(tick));
    });
  }

  /** It holds everything so far. */
  get isOpen(): boolean {
    return this.#file !== undefined;
  }

  /** The result files were written just now: they are of this recording, and not of a later one. */
  touch(): void {
    if (this.#file === undefined) return;
    // The file system's clock is finer than ours: a moment later is later in any case.
    const soon = Date.now() / 1_000 + 0.01;
    this.#attempt(() => futimesSync(this.#file as number, soon, soon));
  }

  /** Saved elsewhere, or nothing to save. */
  remove(): void {
    this.#closeFile();
    removeIfThere(this.path);
  }

  /**
   * The recording has ended and is saved nowhere else: the file stays, to be found. A journal that
   * ended early is written anew, for there may be room by now, or one tick may take less of it.
   *
   * @returns whether it holds all of the recording
   */
  keep(at: number, totals: Totals): boolean {
    const whole = this.isOpen || this.#try(() => this.#rewrite({ at, totals })) === undefined;
    this.#closeFile();
    return whole;
  }

  #rewrite({ at, totals }: Pick<CompletedTick, 'at' | 'totals'>): void {
    this.#closeFile();
    this.#lines = new JournalLines();
    this.#begin(this.#lines.whole(this.#options.profile, at, totals));
  }

  /** Beside its place until it is whole: what was there serves until then. */
  #begin(lines: Iterable<Line>): void {
    const beside = unfinished(this.path);
    mkdirSync(this.#options.folder, { recursive: true, mode: 0o700 });
    this.#file = createFile(beside);
    this.#size = 0;
    this.#put(`${MAGIC}${JSON.stringify(this.#options.header)}\n`);
    this.#write(lines);
    this.#whole = this.#size;
    renameSync(beside, this.path);
  }

  #write(lines: Iterable<Line>): void {
    let text = '';
    for (const line of lines) {
      text += `${JSON.stringify(line)}\n`;
      if (text.length < WRITE_BYTES) continue;
      this.#put(text);
      text = '';
    }
    this.#put(text);
  }

  #put(text: string): void {
    if (this.#file === undefined) return;
    const bytes = Buffer.from(text, 'utf8');
    this.#size += bytes.length;
    if (this.#size > (this.#options.maxBytes ?? MAX_BYTES)) throw new Error('it grew too large');
    for (let done = 0; done < bytes.length;) done += writeSync(this.#file, bytes, done);
  }

  #attempt(action: () => void): void {
    const reason = this.#try(action);
    if (reason === undefined) return;
    this.#options.complain(`The journal of this recording ends here: ${reason}.`);
  }

  /** @returns why it failed, which ends the journal */
  #try(action: () => void): string | undefined {
    try {
      action();
      return undefined;
    } catch (error) {
      this.#closeFile();
      // What it holds so far is good, up to its last whole line.
      removeIfThere(unfinished(this.path));
      return error instanceof Error ? error.message : String(error);
    }
  }

  #closeFile(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

function unfinished(path: string): string {
  return path.slice(0, -SUFFIX.length) + UNFINISHED;
}
