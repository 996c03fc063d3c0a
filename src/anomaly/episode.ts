/**
 * An episode: the windows in which one series stays unusual in one direction. It begins on strong
 * evidence, goes on while weaker evidence lasts, and meanwhile its history learns nothing, so the
 * unusual does not make itself usual. After a minute (12 windows of 5 s) it is the new usual.
 */
import type { Evidence } from './evidence';
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

const LONGEST = 12;

/** Strong evidence: the gates of the anchors' simulation (profilers.md C2), and a clear factor. */
const BEGIN = { z: 4, up: 1.5, down: 0.5 };
const CONTINUE = { z: 2, up: 1.25, down: 0.8 };
/** Samples of the fuller side that a change needs at least. */
const LEAST_SAMPLES = 5;

/** The direction of evidence strong enough to begin an episode, before the forest is asked. */
export function strongDirection(evidence: Evidence): Direction | undefined {
  const { z, ratio, count, expected, beyondExtremes } = evidence;
  if (!beyondExtremes || Math.max(count, expected) < LEAST_SAMPLES) return undefined;
  if (z >= BEGIN.z && ratio >= BEGIN.up) return 'up';
  return z <= -BEGIN.z && ratio <= BEGIN.down ? 'down' : undefined;
}

export interface Beginning {
  readonly direction: Direction;
  readonly began: Instant;
  /** Seconds before that in which it is known not to have run; undefined if it did. */
  readonly unseenFor: number | undefined;
  /** Windows of strong evidence before it is shown. */
  readonly confirmAfter: number;
  /** The forest's score of the window that began it. */
  readonly score: number;
}

export class Episode {
  /** Windows it has lasted. */
  windows = 0;
  #last = 0;
  #peak = 0;
  #trough = Infinity;
  #samples = 0;
  #seconds = 0;

  constructor(readonly beginning: Beginning) {}

  get confirmed(): boolean {
    return this.windows >= this.beginning.confirmAfter;
  }

  get kind(): Kind {
    const { direction, unseenFor } = this.beginning;
    if (direction === 'up') return unseenFor === undefined ? 'surge' : 'new';
    return this.#last === 0 ? 'gone' : 'drop';
  }

  /** It has lasted so long that it is no longer unusual. */
  get isUsual(): boolean {
    return this.windows >= LONGEST;
  }

  /** Whether the next window belongs to it. */
  goesOn(evidence: Evidence): boolean {
    const { direction } = this.beginning;
    if (!this.confirmed) return strongDirection(evidence) === direction;
    const { z, ratio } = evidence;
    if (direction === 'up') return z >= CONTINUE.z && ratio >= CONTINUE.up;
    return z <= -CONTINUE.z && ratio <= CONTINUE.down;
  }

  add(count: number, seconds: number): void {
    this.windows++;
    this.#last = count;
    this.#samples += count;
    this.#seconds += seconds;
    this.#peak = Math.max(this.#peak, count / seconds);
    this.#trough = Math.min(this.#trough, count / seconds);
  }

  /** Hands over what the history did not learn while it lasted. */
  close(history: History): void {
    if (this.isUsual) history.settle(this.#samples, this.#seconds);
    else history.reached(this.#peak, this.#trough);
  }
}
