/**
 * An episode: the windows in which one series stays unusual in one direction. It begins as a
 * suspicion, is shown once the evidence is strong, and goes on while weaker evidence lasts.
 * Meanwhile its history learns nothing, so that the unusual does not make itself usual. After a
 * minute (12 windows of 5 s) it is the new usual.
 */
import { combine, NOTHING, ratioOf, type Evidence } from './evidence';

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

/** Worth a second look: the window is not learnt before the next has been seen. */
const SUSPECT: Gate = { z: 2.5, up: 1.5, down: 0.5, samples: 10 };
/** Worth a label, if the forest agrees. */
const STRONG: Gate = { z: 4.5, up: 1.5, down: 0.5, samples: 20 };
/** Goes on. */
const LASTING: Gate = { z: 2, up: 1.25, down: 0.8, samples: 10 };

/** Windows after which it is no longer unusual. */
const LONGEST = 12;

/** The direction in which evidence is worth a second look. */
export function suspectDirection(evidence: Evidence): Direction | undefined {
  return passedDirection(evidence, SUSPECT);
}

/** The direction in which evidence is worth a label, if the forest agrees. */
export function strongDirection(evidence: Evidence): Direction | undefined {
  return passedDirection(evidence, STRONG);
}

function passedDirection(evidence: Evidence, gate: Gate): Direction | undefined {
  const { count, expected, z } = evidence;
  if (Math.max(count, expected) < gate.samples) return undefined;
  const ratio = ratioOf(evidence);
  if (z >= gate.z && ratio >= gate.up) return 'up';
  return z <= -gate.z && ratio <= gate.down ? 'down' : undefined;
}

export class Episode {
  /** Windows it has lasted. */
  windows = 0;
  seconds = 0;
  samples = 0;
  /** The forest's score when it was shown; undefined while it is a suspicion. */
  score: number | undefined;
  /** The window that it began with. */
  first = NOTHING;
  #last = NOTHING;

  constructor(
    readonly direction: Direction,
    readonly began: Instant,
    /** What rises never ran before. */
    readonly isNew: boolean,
  ) {}

  get isShown(): boolean {
    return this.score !== undefined;
  }

  get kind(): Kind {
    if (this.direction === 'up') return this.isNew ? 'new' : 'surge';
    return this.#last.count === 0 ? 'gone' : 'drop';
  }

  /** It has lasted so long that it is no longer unusual. */
  get isUsual(): boolean {
    return this.windows >= LONGEST;
  }

  /** The evidence so far: the last window alone, and with the first if both say the same. */
  get evidences(): readonly Evidence[] {
    const agree = this.windows > 1 && passedDirection(this.#last, LASTING) === this.direction;
    return agree ? [this.#last, combine(this.first, this.#last)] : [this.#last];
  }

  /** Whether the next window still belongs to it, once it is shown. */
  goesOn(evidence: Evidence): boolean {
    return !this.isUsual && passedDirection(evidence, LASTING) === this.direction;
  }

  add(evidence: Evidence, seconds: number): void {
    if (this.windows++ === 0) this.first = evidence;
    this.#last = evidence;
    this.samples += evidence.count;
    this.seconds += seconds;
  }
}

/** Whether it is in an episode of this direction that is shown. */
export function isShown(episode: Episode | undefined, direction: Direction): episode is Episode {
  return episode?.isShown === true && episode.direction === direction;
}
