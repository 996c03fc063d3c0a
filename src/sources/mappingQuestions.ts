/**
 * Asks the helper for the mappings of processes, one after the other: it obeys in order, and has to
 * hear a pause soon, however long mappings are.
 *
 *   maps 21579                                    we ask
 *   M 21579 7f56f87a1000-7f56f87a2000 r-xp …      a line of the answer
 *   S MAPS 21579                                  the end of it; or S DENY 21579
 */
import { MAX_MAPS_BYTES } from './ownMaps';

/** A tick waits this long for mappings that were asked again. */
const TIMEOUT_MS = 300;

interface Question {
  /** The helper was asked: what it sent before is the answer to an earlier question. */
  said: boolean;
  readonly lines: string[];
  bytes: number;
  readonly answer: (maps: string | undefined) => void;
}

export class MappingQuestions {
  readonly #questions = new Map<number, Question>();
  /** The process whose mappings the helper owes us. */
  #owed: number | undefined;
  #closed = false;

  constructor(private readonly say: (words: string) => void) {}

  /** @returns the lines of `/proc/<tgid>/maps`; undefined when they do not come, or not in time */
  ask(tgid: number): Promise<string | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#drop(tgid), TIMEOUT_MS);
      const answer = (maps: string | undefined): void => {
        clearTimeout(timer);
        resolve(maps);
      };
      this.#questions.set(tgid, { said: false, lines: [], bytes: 0, answer });
      this.#askNext();
    });
  }

  /** @param line of the helper's standard error, of any kind */
  see(line: string): void {
    const maps = /^M (\d+) (.*)$/s.exec(line);
    if (maps) this.#take(Number(maps[1]), maps[2] ?? '');
    const answered = /^S (?:MAPS|DENY) (\d+)$/.exec(line);
    if (answered) this.#answered(Number(answered[1]));
  }

  /** The helper is gone: nothing is answered any more. */
  close(): void {
    this.#closed = true;
    for (const tgid of [...this.#questions.keys()]) this.#drop(tgid);
  }

  #askNext(): void {
    if (this.#owed !== undefined) return;
    const [next] = this.#questions;
    if (!next) return;
    const [tgid, question] = next;
    question.said = true;
    this.#owed = tgid;
    this.say(`maps ${tgid}`);
  }

  /** As many as come with the first sample of a process: it can have any number of them. */
  #take(tgid: number, line: string): void {
    const question = this.#questions.get(tgid);
    if (!question?.said || question.bytes > MAX_MAPS_BYTES) return;
    question.bytes += line.length;
    question.lines.push(line);
  }

  #answered(tgid: number): void {
    if (this.#questions.get(tgid)?.said) this.#answer(tgid);
    if (tgid !== this.#owed) return;
    this.#owed = undefined;
    this.#askNext();
  }

  #answer(tgid: number): void {
    const question = this.#questions.get(tgid);
    this.#questions.delete(tgid);
    question?.answer(question.lines.length > 0 ? question.lines.join('\n') : undefined);
  }

  /** A part of the mappings is not taken for all of them. */
  #drop(tgid: number): void {
    const question = this.#questions.get(tgid);
    this.#questions.delete(tgid);
    question?.answer(undefined);
  }
}
