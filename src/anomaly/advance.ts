/** Carries one series from suspicion to label to the end of its episode, window by window. */
import {
  Episode,
  strongDirection,
  suspectDirection,
  type Direction,
  type Instant,
} from './episode';
import { featuresOf, type Evidence } from './evidence';
import type { Judge, Normality, Row } from './normality';
import type { Series } from './series';

export interface Moment {
  readonly now: Instant;
  /** Recorded seconds of the window. */
  readonly seconds: number;
  /** Mean recorded seconds of the windows so far. */
  readonly pace: number;
  /** What ran since then, seconds since the start of the recording, is remembered. */
  readonly remembered: number;
  readonly normality: Normality;
}

/** On which terms an episode of a series may begin and be shown. */
export interface Terms {
  /** What it is part of: what is shown there together has one cause. */
  readonly owner: Series;
  /** When the owner was first seen, seconds since the start of the recording. */
  readonly born: number;
  /** Windows before a change in this direction is shown. */
  windowsToShow(direction: Direction): number;
  /** Whether nothing else explains a change in this direction. */
  allows(direction: Direction): boolean;
}

/** What the forest is to learn from a window besides what is in no episode. */
export interface Lessons {
  /** Of suspicions that were dismissed. */
  readonly usual: readonly Row[];
  /** Of what was labelled, one for each owner. */
  readonly labelled: readonly Row[];
}

/** A suspicion that this many windows did not confirm is dismissed. */
const LONGEST_SUSPICION = 2;

export class Advance {
  readonly #moment: Moment;
  readonly #dismissed: Evidence[] = [];
  readonly #shown = new Map<Series, Evidence>();
  /** Trained when the first change is strong enough to ask. */
  #judge: Judge | undefined;

  constructor(moment: Moment) {
    this.#moment = moment;
  }

  get lessons(): Lessons {
    const labelled = [...this.#shown.values()].map(featuresOf);
    return { usual: this.#dismissed.map(featuresOf), labelled };
  }

  advance(series: Series, terms: Terms): void {
    const { episode } = series;
    if (episode?.isShown && this.#goOnOrEnd(series, episode)) return;
    if (episode && !episode.isShown && this.#confirmOrDismiss(series, episode, terms)) return;
    this.#begin(series, terms);
  }

  /** @returns whether the window is accounted for: it belongs to the episode, or is now usual */
  #goOnOrEnd(series: Series, episode: Episode): boolean {
    if (episode.goesOn(series.evidence)) {
      episode.add(series.evidence, this.#moment.seconds);
      return true;
    }
    episode.close(series.history);
    series.episode = undefined;
    return episode.isUsual;
  }

  /** @returns whether the suspicion is still alive */
  #confirmOrDismiss(series: Series, episode: Episode, terms: Terms): boolean {
    episode.add(series.evidence, this.#moment.seconds);
    if (this.#show(episode, terms) || episode.windows < LONGEST_SUSPICION) return true;
    const { first, firstSeconds } = episode;
    series.history.learn(first.count, firstSeconds, this.#moment.pace);
    series.episode = undefined;
    this.#dismissed.push(first);
    return false;
  }

  #begin(series: Series, terms: Terms): void {
    const direction = suspectDirection(series.evidence);
    if (!direction || !terms.allows(direction)) return;
    const { now, seconds, remembered } = this.#moment;
    const known = Math.max(0, now.seconds - Math.max(remembered, terms.born));
    const unseenFor = series.history.samples === 0 ? known : undefined;
    series.episode = new Episode({ direction, began: now, unseenFor });
    series.episode.add(series.evidence, seconds);
    this.#show(series.episode, terms);
  }

  #show(episode: Episode, terms: Terms): boolean {
    const { direction } = episode.beginning;
    if (episode.windows < terms.windowsToShow(direction) || !terms.allows(direction)) return false;
    for (const evidence of episode.evidences) {
      if (strongDirection(evidence) !== direction) continue;
      const score = this.#scoreIfUnusual(evidence);
      if (score === undefined) continue;
      episode.score = score;
      this.#keepStrongest(terms.owner, evidence);
      return true;
    }
    return false;
  }

  #scoreIfUnusual(evidence: Evidence): number | undefined {
    this.#judge ??= this.#moment.normality.judge();
    const score = this.#judge.score(featuresOf(evidence));
    return score >= this.#judge.cut - +(process.env.M ?? 0) ? score : undefined;
  }

  #keepStrongest(owner: Series, evidence: Evidence): void {
    const before = this.#shown.get(owner);
    if (before && Math.abs(before.z) >= Math.abs(evidence.z)) return;
    this.#shown.set(owner, evidence);
  }
}
