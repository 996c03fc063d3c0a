/**
 * Where a recording is kept: its result files, and the journal that outlives a crash until all of
 * them are written.
 */
import type { Recorded } from '../ticks/recorded';
import type { CompletedTick } from '../ticks/session';
import { Journal } from '../journal/journal';
import { startTime } from '../results/folderLock';
import type { OutputFolder } from '../results/outputFolder';
import { ResultFiles } from '../results/resultFiles';

export interface Unsaved {
  /** Why not all of the files were written. */
  readonly problem: string;
  /** The journal holds all of the recording. */
  readonly inJournal: boolean;
}

export class RecordingStore {
  readonly #files: ResultFiles | undefined;
  #journal: Journal | undefined;

  /**
   * @param folder absent: the results stay in memory
   * @param complain told once what cannot be written, of the files or the journal
   */
  constructor(
    private readonly folder: OutputFolder | undefined,
    private readonly complain: (text: string) => void,
  ) {
    this.#files = folder && new ResultFiles(folder, complain);
  }

  /** @param journals the folder of journals */
  openJournal(journals: string, { header, profile }: Recorded): void {
    const { pid } = process;
    const where = this.folder === undefined ? {} : { folder: this.folder.path };
    this.#journal = new Journal({
      folder: journals,
      header: { pid, started: startTime(pid) ?? '', header, ...where },
      profile,
      complain: this.complain,
    });
  }

  get journalPath(): string | undefined {
    return this.#journal?.path;
  }

  add(tick: CompletedTick): void {
    this.#journal?.add(tick);
  }

  /** Writes the files that are due. */
  report(recording: Recorded): void {
    this.#files?.writeReport(recording);
    this.#journal?.touch();
  }

  /** Writes every file, at the end. */
  save(recording: Recorded): void {
    this.#files?.write(recording);
    this.#journal?.touch();
  }

  /** Paths of the files that were written. */
  get written(): readonly string[] {
    return this.#files?.written ?? [];
  }

  /** Removes the journal, or keeps it when it is needed: not all of the files were written. */
  closeJournal({ seconds, totals }: Recorded): Unsaved | undefined {
    const problem = this.#files?.problem;
    if (problem !== undefined) {
      return { problem, inJournal: this.#journal?.keep(seconds, totals) === true };
    }
    this.#journal?.remove();
    return undefined;
  }
}
