/**
 * An episode: the windows in which one series stays unusual in one direction. It begins as a
 * suspicion, is shown once the deviation is strong, and goes on while a weaker one lasts. Meanwhile
 * the history learns nothing, so that the unusual does not make itself usual. After a minute
 * (12 windows of 5 s) it is the new usual.
 */
import { NO_DEVIATION, type Deviation } from './history';

export type Direction = 'up' | 'down';
export type Kind = 'surge' | 'drop' | 'new' | 'gone';

/** A window of the recording. */
export interface Instant {
  /** Windows with recorded time before it. */
  readonly number: number;
  /** Its start, seconds since the start of the recording. */
  readonly seconds: number;
}

interface Gate {
  /** Deviation, in usual deviations. */
  readonly z: number;
  /** Ratio to what was expected, of a rise and of a fall. */
  readonly up: number;
  readonly down: number;
  /** Samples, there or missing: a smaller change is not worth a look, however unlikely it is. */
  readonly samples: number;
}

/** Worth a second look: the window is not learnt before the next one is seen. */
const SUSPECT: Gate = { z: 2.5, up: 1.5, down: 0.5, samples: 10 };
/** Worth a label, if the forest agrees. */
const STRONG: Gate = { z: 4.5, up: 1.5, down: 0.5, samples: 20 };
/** Goes on. */
const LASTING: Gate = { z: 2, up: 1.25, down: 0.8, samples: 10 };

/** Windows after which it is no longer unusual. */
const LONGEST = 12;

/** The direction in which a deviation is worth a second look. */
export function suspectDirection(deviation: Deviation): Direction | undefined {
  return passedDirection(deviation, SUSPECT);
}

/** The direction in which a deviation is worth a label, if the forest agrees. */
export function strongDirection(deviation: Deviation): Direction | undefined {
  return passedDirection(deviation, STRONG);
}

function passedDirection(deviation: Deviation, gate: Gate): Direction | undefined {
  const { count, expected, z } = deviation;
  if (Math.max(count, expected) < gate.samples) return undefined;
  const ratio = ratioOf(deviation);
  if (z >= gate.z && ratio >= gate.up) return 'up';
  return z <= -gate.z && ratio <= gate.down ? 'down' : undefined;
}

/** Count over target, both raised by a half so that it is finite and not 0. */
function ratioOf({ count, target }: Deviation): number {
  return (count + 0.5) / (target + 0.5);
}

/** Two windows that point the same way are stronger evidence than each. */
function combine(a: Deviation, b: Deviation): Deviation {
  return {
    count: a.count + b.count,
    expected: a.expected + b.expected,
    target: a.target + b.target,
    z: (a.z + b.z) / Math.SQRT2,
  };
}

export class Episode {
  /** Windows it has lasted. */
  windows = 0;
  seconds = 0;
  samples = 0;
  /** The forest's score when it was shown; undefined while it is a suspicion. */
  score: number | undefined;
  /** The deviation of its first window. */
  first = NO_DEVIATION;
  #last = NO_DEVIATION;

  constructor(
    readonly direction: Direction,
    readonly began: Instant,
    /** The series never ran before. */
    readonly isNew: boolean,
  ) {}

  get isShown(): boolean {
    return this.score !== undefined;
  }

  get kind(): Kind {
    if (this.direction === 'up') return this.isNew ? 'new' : 'surge';
    return this.#last.count === 0 ? 'gone' : 'drop';
  }

  /** Whether it has lasted so long that it is no longer unusual. */
  get isUsual(): boolean {
    return this.windows >= LONGEST;
  }

  /** The last window's deviation, and that of the first and last together if both say the same. */
  get deviations(): readonly Deviation[] {
    const agree = this.windows > 1 && passedDirection(this.#last, LASTING) === this.direction;
    return agree ? [this.#last, combine(this.first, this.#last)] : [this.#last];
  }

  /** Whether the next window still belongs to it, once it is shown. */
  goesOn(deviation: Deviation): boolean {
    return !this.isUsual && passedDirection(deviation, LASTING) === this.direction;
  }

  add(deviation: Deviation, seconds: number): void {
    if (this.windows++ === 0) this.first = deviation;
    this.#last = deviation;
    this.samples += deviation.count;
    this.seconds += seconds;
  }
}

/** Whether there is an episode in this direction, and it is shown. */
export function isShown(episode: Episode | undefined, direction: Direction): episode is Episode {
  return episode?.isShown === true && episode.direction === direction;
}
