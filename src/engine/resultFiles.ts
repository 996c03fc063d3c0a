/** The files of a recording: rewritten at every report and at every kind of end. */
import { join } from 'node:path';
import { writeStackCountLog } from '../formats/stackCountLog';
import { describeFileError, writeWhole } from './outputFiles';
import type { Recording } from './recording';

export const LOG_NAME = 'stack_count.log';

/** The whole document, as `stack_count.log` holds it. */
export function logDocument(recording: Recording): string {
  return [...writeStackCountLog(recording.profile.countedStacks())].join('');
}

export class ResultFiles {
  readonly #complained = new Set<string>();
  readonly #written = new Set<string>();
  readonly #failing = new Set<string>();

  /** @param complain told once why a file can not be written; it is tried again at each report */
  constructor(
    private readonly folder: string,
    private readonly complain: (text: string) => void,
  ) {}

  write(recording: Recording): void {
    const { profile } = recording;
    this.#write(LOG_NAME, () => writeStackCountLog(profile.countedStacks()));
  }

  /** Some file holds less than was recorded. */
  get failed(): boolean {
    return this.#failing.size > 0;
  }

  /** Paths of the files that were written. */
  get written(): readonly string[] {
    return [...this.#written];
  }

  #write(name: string, chunks: () => Iterable<string>): void {
    const path = join(this.folder, name);
    try {
      writeWhole(path, chunks());
      this.#written.add(path);
      this.#failing.delete(path);
    } catch (error) {
      this.#failing.add(path);
      this.#complainOnce(describeFileError(error, path));
    }
  }

  #complainOnce(text: string): void {
    if (this.#complained.has(text)) return;
    this.#complained.add(text);
    this.complain(text);
  }
}
