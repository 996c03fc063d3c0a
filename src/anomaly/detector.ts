/**
 * The detector judges every stack of every process in each report window against its own history,
 * and says what is unusual, since when, and which stacks have one cause.
 *
 *   window -> series -> deviations -> episodes -> causes -> verdicts
 *
 * A label needs three things: a deviation that neither chance nor the stack's own habits explain
 * (score.ts), a forest trained on earlier windows that finds it rarer than nearly all of them
 * (normality.ts), and no larger change that explains it (score.ts, updateEpisodes.ts).
 *
 * Pure and deterministic: no clock, no chance but the seed; the same windows give the same labels.
 */
import { collectCauses } from './causes';
import { CauseTracker } from './causeTracker';
import { Normality, usualRows, type Judge, type Row } from './normality';
import { LEARNING_WINDOWS } from './series';
import { scoreSeries } from './score';
import { SeriesTable } from './seriesTable';
import { updateEpisodes } from './updateEpisodes';
import { verdictsOn, type WindowVerdicts } from './verdicts';
import { cleanWindow, type ReportWindow } from './window';

export interface DetectorOptions {
  /** Same windows and same seed: same labels. */
  readonly seed?: number;
  /** Stacks in the table at most; the rarest are set aside first. */
  readonly mostStacks?: number;
}

export class Detector {
  readonly #table: SeriesTable;
  readonly #normality: Normality;
  readonly #tracker = new CauseTracker();
  /** Windows with recorded time so far. */
  #windows = 0;

  constructor({ seed = 1, mostStacks = 65_536 }: DetectorOptions = {}) {
    this.#table = new SeriesTable(mostStacks);
    this.#normality = new Normality(seed);
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
    if (clean.seconds === 0) return { judged, stacks: [], causes: [] };
    this.#table.enter(clean, this.#windows);
    scoreSeries(this.#table, clean.seconds);
    const dismissed = judged ? this.#updateEpisodes(clean) : [];
    const causes = this.#tracker.track(collectCauses(this.#table));
    const verdicts = verdictsOn(causes, clean.seconds);
    this.#learn(clean.seconds, dismissed);
    return { judged, ...verdicts };
  }

  /** Replaces a stack by another one of its process: they are the same, so neither is new or gone. */
  merge(process: number, key: number, into: number): void {
    this.#table.merge(process, key, into);
  }

  /** @returns rows of dismissed suspicions: they were usual after all */
  #updateEpisodes({ startSeconds, seconds }: ReportWindow): Row[] {
    let trained: Judge | undefined;
    // Trained when the first change is strong enough to ask.
    const judge: Judge = (row) => (trained ??= this.#normality.judge())(row);
    const now = { number: this.#windows, seconds: startSeconds };
    const dismissed: Row[] = [];
    updateEpisodes(this.#table, { now, seconds, judge, dismissed });
    return dismissed;
  }

  #learn(seconds: number, dismissed: readonly Row[]): void {
    this.#normality.add([...usualRows(this.#table, this.#windows), ...dismissed]);
    this.#windows++;
    this.#table.learn(seconds);
  }
}
