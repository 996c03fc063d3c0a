/**
 * An episode: the windows in which one series stays unusual in one direction. It begins as a
 * suspicion, is shown once the evidence is strong, and goes on while weaker evidence lasts.
 * Meanwhile its history learns nothing, so that the unusual does not make itself usual. After a
 * minute (12 windows of 5 s) it is the new usual.
 */
import { combine, NOTHING, ratioOf, type Evidence } from './evidence';
import type { History } from './history';

export type Direction = 'up' | 'down';
export type Kind = 'surge' | 'drop' | 'new' | 'gone';

/** A window of the recording. */
export interface Instant {
  /** Windows with recorded time before it. */
  readonly number: number;
  /** Its start, seconds since the start of the recording. */
  readonly seconds: number;
}

export interface Beginning {
  readonly direction: Direction;
  readonly began: Instant;
  /** Seconds before that in which it is known not to have run; undefined if it did. */
  readonly unseenFor: number | undefined;
}

interface Gate {
  /** Deviation, in usual deviations. */
  readonly z: number;
  /** Deviation from the extremes it had. */
  readonly beyond: number;
  readonly up: number;
  readonly down: number;
}

/** Worth a second look: the window is not learnt before the next has been seen. */
const SUSPECT: Gate = { z: 2.5, beyond: 1, up: 1.5, down: 0.5 };
/** Worth a label, if the forest agrees: the gates of the simulation in profilers.md, C2. */
const STRONG: Gate = { z: 4.5, beyond: 2, up: 1.5, down: 0.5 };
/** Goes on. */
const LASTING: Gate = { z: 2, beyond: 0, up: 1.25, down: 0.8 };

/** A change of fewer samples than this is not worth a look, however unlikely it is. */
const LEAST_RISEN = 10;
const LEAST_EXPECTED = 15;
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
  const { count, expected, z, beyond } = evidence;
  if (count < LEAST_RISEN && expected < LEAST_EXPECTED) return undefined;
  const ratio = ratioOf(evidence);
  if (z >= gate.z && beyond >= gate.beyond && ratio >= gate.up) return 'up';
  return z <= -gate.z && beyond <= -gate.beyond && ratio <= gate.down ? 'down' : undefined;
}

export class Episode {
  /** Windows it has lasted. */
  windows = 0;
  /** The forest's score when it was shown; undefined while it is a suspicion. */
  score: number | undefined;
  /** The window that it began with. */
  first = NOTHING;
  firstSeconds = 0;
  #last = NOTHING;
  #peak = 0;
  #trough = Infinity;
  #seconds = 0;
  #samples = 0;

  constructor(readonly beginning: Beginning) {}

  get isShown(): boolean {
    return this.score !== undefined;
  }

  get kind(): Kind {
    const { direction, unseenFor } = this.beginning;
    if (direction === 'up') return unseenFor === undefined ? 'surge' : 'new';
    return this.#last.count === 0 ? 'gone' : 'drop';
  }

  /** It has lasted so long that it is no longer unusual. */
  get isUsual(): boolean {
    return this.windows >= LONGEST;
  }

  /** The evidence so far: the last window alone, and with the one before. */
  get evidences(): readonly Evidence[] {
    return this.windows < 2 ? [this.#last] : [this.#last, combine(this.first, this.#last)];
  }

  /** Whether the next window still belongs to it, once it is shown. */
  goesOn(evidence: Evidence): boolean {
    return !this.isUsual && passedDirection(evidence, LASTING) === this.beginning.direction;
  }

  add(evidence: Evidence, seconds: number): void {
    const rate = evidence.count / seconds;
    if (this.windows++ === 0) {
      this.first = evidence;
      this.firstSeconds = seconds;
    }
    this.#last = evidence;
    this.#samples += evidence.count;
    this.#seconds += seconds;
    this.#peak = Math.max(this.#peak, rate);
    this.#trough = Math.min(this.#trough, rate);
  }

  /** Hands over what the history did not learn while it was shown. */
  close(history: History): void {
    if (this.isUsual) history.settle(this.#samples, this.#seconds);
    else history.reached(this.#peak, this.#trough);
  }
}
