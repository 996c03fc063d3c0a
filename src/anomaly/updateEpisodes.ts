/**
 * Updates the episodes of all series with the deviations of one window: of stacks, of whole
 * processes, and of programs that start new processes. An episode begins only where no other change
 * explains it, and goes from suspicion to label to its end.
 */
import {
  Episode,
  isShown,
  strongDirection,
  suspectDirection,
  type Direction,
  type Instant,
} from './episode';
import { featuresOf, type Judge, type Row } from './normality';
import { isNew, type ProcessSeries, type ProgramSeries, type Series } from './series';
import type { SeriesTable } from './seriesTable';

export interface WindowContext {
  readonly now: Instant;
  /** Recorded seconds of the window. */
  readonly seconds: number;
  readonly judge: Judge;
  /** Collects the rows of dismissed suspicions: they were usual after all. */
  readonly dismissed: Row[];
}

/** When an episode of a series may begin and be shown. */
interface Rules {
  /** Windows before a change in this direction is shown. */
  windowsToShow(direction: Direction): number;
  /** Whether nothing else explains a change in this direction. */
  allows(direction: Direction): boolean;
  /** Whether a change is large enough to be shown. */
  isLarge(): boolean;
}

/** A suspicion that this many windows did not confirm is dismissed. */
const LONGEST_SUSPICION = 2;
/** Windows that a fall or a new process must last: work ends, and compilers are short. */
const LASTING = 2;
/** A new process needs this many samples in a window for a label, and this share of the others. */
const NEWCOMER_SAMPLES = 20;
const NEWCOMER_SHARE = 0.005;
/** A series with a z-score of this size has moved. */
const MOVED = 3;
/** A part this large of a change explains it. */
const MAIN_PART = 0.5;

export function updateEpisodes(table: SeriesTable, context: WindowContext): void {
  const processes = [...table.processes];
  const known = processes.filter((process) => !isNew(process, context.now.number));
  const rest = sum(known, (process) => process.count);
  for (const program of table.programs.values()) {
    updateOne(program, programRules(program, rest), context);
  }
  const isDisplaced = isDisplacement(known, risingNewcomers(table));
  for (const process of known) updateProcess(process, isDisplaced, context);
}

/** Samples of new processes that are, or may become, worth a label. */
function risingNewcomers(table: SeriesTable): number {
  const rising = [...table.programs.values()].filter((program) => program.episode);
  return sum(rising, (program) => program.count);
}

/**
 * Whether what fell gave way to what rose: enough came there to explain what is gone here.
 * CPUs are limited, and code that moved is not code that broke; the rise is what is to be shown.
 * @param newcomers samples of new processes
 */
function isDisplacement(processes: readonly ProcessSeries[], newcomers: number): boolean {
  let risen = newcomers;
  let fallen = 0;
  for (const { deviation } of processes.flatMap(movedParts)) {
    const change = deviation.count - deviation.expected;
    if (change > 0) risen += change;
    else fallen -= change;
  }
  return fallen > 0 && risen >= fallen / 2;
}

/** The process, if it moved as a whole; else those of its stacks that did. */
function movedParts(process: ProcessSeries): Series[] {
  return hasMoved(process) ? [process] : [...process.stacks.values()].filter(hasMoved);
}

function hasMoved({ deviation }: Series): boolean {
  return Math.abs(deviation.z) >= MOVED;
}

/** @param isDisplaced whether what fell in this window gave way to what rose */
function updateProcess(process: ProcessSeries, isDisplaced: boolean, context: WindowContext): void {
  const rules: Rules = {
    windowsToShow: (direction) => (direction === 'up' ? 1 : LASTING),
    allows: (direction) => direction === 'up' || !isDisplaced,
    isLarge: () => true,
  };
  for (const stack of process.stacks.values()) updateOne(stack, rules, context);
  const allows = (direction: Direction) => rules.allows(direction) && isWhole(process, direction);
  updateOne(process, { ...rules, allows }, context);
}

/** The first window may be a short one, so the size counts only when the episode is to be shown. */
function programRules(program: ProgramSeries, rest: number): Rules {
  const least = Math.max(NEWCOMER_SAMPLES, NEWCOMER_SHARE * rest);
  return {
    windowsToShow: () => LASTING,
    allows: (direction) => direction === 'up',
    isLarge: () => program.count >= least,
  };
}

/** Whether the process changed as a whole: not by a few stacks, and not replaced by a new one. */
function isWhole(process: ProcessSeries, direction: Direction): boolean {
  const most = changeOf(process) * MAIN_PART;
  const parts = [...process.stacks.values()].filter(({ episode }) => isShown(episode, direction));
  if (sum(parts, changeOf) >= most) return false;
  return direction === 'up' || process.program.count < most;
}

/** Samples by which a series differs from what is expected. */
function changeOf({ deviation }: Series): number {
  return Math.abs(deviation.count - deviation.expected);
}

function updateOne(series: Series, rules: Rules, context: WindowContext): void {
  const { episode } = series;
  if (episode?.isShown && goOnOrEnd(series, episode, context)) return;
  if (episode && !episode.isShown && confirmOrDismiss(series, episode, rules, context)) return;
  begin(series, rules, context);
}

/** @returns whether the window is accounted for: it belongs to the episode, or is the new usual */
function goOnOrEnd(series: Series, episode: Episode, { seconds }: WindowContext): boolean {
  if (episode.goesOn(series.deviation)) {
    episode.add(series.deviation, seconds);
    return true;
  }
  series.episode = undefined;
  if (episode.isUsual) series.history.resetRate(episode.samples, episode.seconds);
  else learnException(series, episode);
  return episode.isUsual;
}

/** An average window of the episode counts as one. */
function learnException({ history }: Series, { samples, seconds, windows }: Episode): void {
  history.learnSpread(samples / windows, seconds / windows);
}

/** @returns whether the suspicion is still alive */
function confirmOrDismiss(
  series: Series,
  episode: Episode,
  rules: Rules,
  context: WindowContext,
): boolean {
  const { first, samples, seconds } = episode;
  episode.add(series.deviation, context.seconds);
  if (show(episode, rules, context) || episode.windows < LONGEST_SUSPICION) return true;
  series.history.learn(samples, seconds);
  // A fall does not show what is usual: see usualRows.
  if (episode.direction === 'up') context.dismissed.push(featuresOf(first));
  series.episode = undefined;
  return false;
}

function begin(series: Series, rules: Rules, context: WindowContext): void {
  const direction = suspectDirection(series.deviation);
  if (!direction || !rules.allows(direction)) return;
  series.episode = new Episode(direction, context.now, isNovel(series, context.now));
  series.episode.add(series.deviation, context.seconds);
  show(series.episode, rules, context);
}

/** New also means first seen in the window before: its end may have cut off the first samples. */
function isNovel({ born }: Series, { number }: Instant): boolean {
  return born >= number - 1;
}

/** @returns whether the episode is shown: long enough, not explained otherwise, strong, isolated */
function show(episode: Episode, rules: Rules, { judge }: WindowContext): boolean {
  const { direction, windows } = episode;
  if (windows < rules.windowsToShow(direction)) return false;
  if (!rules.allows(direction) || !rules.isLarge()) return false;
  for (const deviation of episode.deviations) {
    if (strongDirection(deviation) !== direction) continue;
    const { unusual, score } = judge(featuresOf(deviation));
    if (unusual) episode.score = score;
    if (unusual) return true;
  }
  return false;
}

function sum<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
