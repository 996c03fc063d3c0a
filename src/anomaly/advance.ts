/** Carries one series from suspicion to label to the end of its episode, window by window. */
import {
  Episode,
  strongDirection,
  suspectDirection,
  type Direction,
  type Instant,
} from './episode';
import { featuresOf, type Judge, type Row } from './normality';
import type { Series } from './series';

export interface Moment {
  readonly now: Instant;
  /** Recorded seconds of the window. */
  readonly seconds: number;
  readonly judge: Judge;
  /** Collects the rows of dismissed suspicions: they were usual after all. */
  readonly dismissed: Row[];
}

/** On which terms an episode of a series may begin and be shown. */
export interface Terms {
  /** Windows before a change in this direction is shown. */
  windowsToShow(direction: Direction): number;
  /** Whether nothing else explains a change in this direction. */
  allows(direction: Direction): boolean;
  /** Whether a change is large enough to be shown. */
  isLarge(): boolean;
}

/** A suspicion that this many windows did not confirm is dismissed. */
const LONGEST_SUSPICION = 2;

export function advance(series: Series, terms: Terms, moment: Moment): void {
  const { episode } = series;
  if (episode?.isShown && goOnOrEnd(series, episode, moment)) return;
  if (episode && !episode.isShown && confirmOrDismiss(series, episode, terms, moment)) return;
  begin(series, terms, moment);
}

/** @returns whether the window is accounted for: it belongs to the episode, or is now usual */
function goOnOrEnd(series: Series, episode: Episode, { seconds }: Moment): boolean {
  if (episode.goesOn(series.deviation)) {
    episode.add(series.deviation, seconds);
    return true;
  }
  series.episode = undefined;
  if (episode.isUsual) series.history.resetRate(episode.samples, episode.seconds);
  else
    series.history.learnSpread(
      episode.samples / episode.windows,
      episode.seconds / episode.windows,
    );
  return episode.isUsual;
}

/** @returns whether the suspicion is still alive */
function confirmOrDismiss(series: Series, episode: Episode, terms: Terms, moment: Moment): boolean {
  const { first, samples, seconds } = episode;
  episode.add(series.deviation, moment.seconds);
  if (show(episode, terms, moment) || episode.windows < LONGEST_SUSPICION) return true;
  series.history.learn(samples, seconds);
  // A fall does not show what is usual: see usualRows.
  if (episode.direction === 'up') moment.dismissed.push(featuresOf(first));
  series.episode = undefined;
  return false;
}

function begin(series: Series, terms: Terms, moment: Moment): void {
  const direction = suspectDirection(series.deviation);
  if (!direction || !terms.allows(direction)) return;
  series.episode = new Episode(direction, moment.now, isNovel(series, moment.now));
  series.episode.add(series.deviation, moment.seconds);
  show(series.episode, terms, moment);
}

/** The end of a window may cut off the first samples of what then is as new as ever. */
function isNovel({ born }: Series, { number }: Instant): boolean {
  return born >= number - 1;
}

/** @returns whether it is shown: long enough, not explained otherwise, strong, and isolated */
function show(episode: Episode, terms: Terms, { judge }: Moment): boolean {
  const { direction, windows } = episode;
  if (windows < terms.windowsToShow(direction)) return false;
  if (!terms.allows(direction) || !terms.isLarge()) return false;
  for (const deviation of episode.deviations) {
    if (strongDirection(deviation) !== direction) continue;
    const { unusual, score } = judge(featuresOf(deviation));
    if (unusual) episode.score = score;
    if (unusual) return true;
  }
  return false;
}
