/** Compares labels with what was planted. */
import type { Labeller } from './evaluateLabellers';
import { seededRandom } from '../src/anomaly/forest/random';
import { record, type Planted, type Recording } from './evaluateLoads';
import { WINDOWS, type Scenario } from './evaluateScenarios';

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

/** Scores of a scenario, one for each name of the labeller; the same at every run. */
export function evaluate(scenario: Scenario, make: () => Labeller, recordings: number): Score[] {
  const scores = make().names.map(emptyScore);
  for (let i = 0; i < recordings; i++) {
    const random = seededRandom(hash(scenario.name) + i);
    scoreRecording(record(scenario.make(random), WINDOWS, random), make(), scores);
  }
  return scores;
}

/** Every scenario has its own chance, whatever its place in the list. */
function hash(name: string): number {
  return [...name].reduce((sum, char) => (sum * 31 + (char.codePointAt(0) ?? 0)) | 0, 7);
}

/** Adds a recording to the scores, one for each of the labeller's names. */
function scoreRecording(recording: Recording, labeller: Labeller, scores: readonly Score[]) {
  const tallies = scores.map((score) => new Tally(recording.planted, score));
  recording.windows.forEach((window, number) => {
    labeller.judge(window).forEach((keys, index) => tallies[index]?.add(keys, number));
  });
  for (const tally of tallies) tally.finish();
}

class Tally {
  readonly #foundAt = new Map<Planted, number>();
  readonly #falseKeys = new Set<number>();

  constructor(
    private readonly planted: readonly Planted[],
    private readonly score: Score,
  ) {}

  add(keys: ReadonlySet<number>, number: number): void {
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

  #addLabel(key: number, number: number): void {
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
