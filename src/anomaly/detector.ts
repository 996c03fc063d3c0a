/**
 * Labels that can be trusted: judges every stack of every process, each report window, against its
 * own history, and says what is unusual, since when, and what belongs to one cause.
 *
 * A label needs three things: a deviation that neither chance nor this stack's own habits explain
 * (evidence.ts), a forest trained on earlier windows that finds it rarer than all but a thousandth
 * of them (normality.ts), and no larger change that explains it (tide.ts, episodes.ts).
 *
 * Pure and deterministic: no clock, no chance but the seed; the same windows give the same labels.
 */
import type { Lessons } from './advance';
import { collectCauses } from './causes';
import { advanceEpisodes } from './episodes';
import { describeCauses } from './groups';
import { Normality } from './normality';
import { LEARNING_WINDOWS, Watched } from './series';
import { survey, usualRows } from './survey';
import type { WindowVerdicts } from './verdict';
import { cleanWindow, type ReportWindow } from './window';

export interface DetectorOptions {
  /** Same windows and same seed: same labels. Default 1. */
  seed?: number;
  /** Trees of the forest. Default 100. */
  trees?: number;
  /** Rows each tree is trained on. Default 256. */
  sampleSize?: number;
  /** Stacks remembered at most; the rarest are forgotten first. Default 65,536. */
  mostStacks?: number;
}

/** How many windows back "never seen" reaches: a stack that mattered is remembered as long. */
const REMEMBERED_WINDOWS = 36;

const NO_LESSONS: Lessons = { usual: [], labelled: [] };

export class Detector {
  readonly #watched: Watched;
  readonly #normality: Normality;
  readonly #starts: number[] = [];
  /** Windows with recorded time so far. */
  #windows = 0;
  #seconds = 0;

  constructor({
    seed = 1,
    trees = 100,
    sampleSize = 256,
    mostStacks = 65_536,
  }: DetectorOptions = {}) {
    this.#watched = new Watched(mostStacks);
    this.#normality = new Normality({ seed, trees, sampleSize });
  }

  /**
   * Judges the next window of the recording, then learns it.
   *
   * Counts and times may hold anything: what is negative or no number counts as 0. A window without
   * recorded time says nothing: it is neither judged nor learnt, nor does it count as one.
   */
  judge(window: ReportWindow): WindowVerdicts {
    const clean = cleanWindow(window);
    const judged = this.#windows >= LEARNING_WINDOWS;
    if (clean.seconds === 0) return { judged, stacks: [], groups: [] };
    this.#enter(clean);
    const lessons = judged ? this.#advance(clean) : NO_LESSONS;
    const verdicts = describeCauses(collectCauses(this.#watched), clean.seconds);
    this.#learn(clean, lessons);
    return { judged, ...verdicts };
  }

  #enter(window: ReportWindow): void {
    this.#watched.enter(window, this.#windows);
    survey(this.#watched, window.seconds);
    this.#starts.push(window.startSeconds);
    if (this.#starts.length > REMEMBERED_WINDOWS) this.#starts.shift();
  }

  #advance({ startSeconds, seconds }: ReportWindow): Lessons {
    return advanceEpisodes(this.#watched, {
      now: { number: this.#windows, seconds: startSeconds },
      seconds,
      pace: this.#seconds / this.#windows,
      remembered: this.#starts[0] ?? startSeconds,
      normality: this.#normality,
    });
  }

  #learn({ seconds }: ReportWindow, { usual, labelled }: Lessons): void {
    const rows = usualRows(this.#watched, this.#windows);
    this.#normality.add([...rows, ...usual], labelled);
    this.#windows++;
    this.#seconds += seconds;
    this.#watched.learn(seconds, this.#seconds / this.#windows);
  }
}
