/** Compares labels with what was planted. */
import type { Labeller } from './evaluateLabellers';
import type { Planted, Recording } from './evaluateLoads';

export interface Score {
  planted: number;
  /** Planted changes with a label in their first or second window. */
  found: number;
  /** Sum of the windows it took to find them, 1 being the first. */
  delay: number;
  /** Labels on stacks in which nothing was planted, in each window anew. */
  falseLabels: number;
  /** The same, each stack of a recording counted once. */
  falseStacks: number;
  windows: number;
}

/** Windows within which a change has to be found. */
const IN_TIME = 2;
/** A label may outlast its change by so many windows: the end has to be noticed, too. */
const GRACE = 2;
/** No labels are asked for before. */
const LEARNING = 3;

export function emptyScore(): Score {
  return { planted: 0, found: 0, delay: 0, falseLabels: 0, falseStacks: 0, windows: 0 };
}

/** Adds a recording to the scores, one for each of the labeller's names. */
export function scoreRecording(recording: Recording, labeller: Labeller, scores: readonly Score[]) {
  const tallies = scores.map((score) => new Tally(recording.planted, score));
  recording.windows.forEach((window, number) => {
    labeller.judge(window).forEach((keys, index) => tallies[index]?.add(keys, number));
  });
  for (const tally of tallies) tally.finish();
}

class Tally {
  readonly #foundAt = new Map<Planted, number>();
  readonly #falseKeys = new Set<string>();

  constructor(
    private readonly planted: readonly Planted[],
    private readonly score: Score,
  ) {}

  add(keys: ReadonlySet<string>, number: number): void {
    if (number < LEARNING) return;
    this.score.windows++;
    for (const key of keys) this.#addLabel(key, number);
  }

  finish(): void {
    this.score.planted += this.planted.length;
    this.score.falseStacks += this.#falseKeys.size;
    for (const [{ from }, at] of this.#foundAt) {
      if (at - from >= IN_TIME) continue;
      this.score.found++;
      this.score.delay += at - from + 1;
    }
  }

  #addLabel(key: string, number: number): void {
    const cause = this.planted.find(
      ({ keys, from, to }) => keys.includes(key) && number >= from && number <= to + GRACE,
    );
    if (!cause) {
      this.score.falseLabels++;
      this.#falseKeys.add(key);
    } else if (!this.#foundAt.has(cause)) {
      this.#foundAt.set(cause, number);
    }
  }
}

export function recall({ found, planted }: Score): number {
  return found / planted;
}

/** Found changes among all that was labelled, each false stack of a recording counted once. */
export function precision({ found, falseStacks }: Score): number {
  return found / (found + falseStacks);
}
