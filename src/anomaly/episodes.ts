/**
 * Which episodes may begin in a window: of stacks, of whole processes, and of programs that start
 * new processes; each only where no other change explains it.
 */
import { advance, type Moment, type Terms } from './advance';
import { isShown, type Direction } from './episode';
import { isNew, type ProcessSeries, type ProgramSeries, type Series } from './series';
import type { SeriesTable } from './seriesTable';

/** A fall must last, and so must a new process: work comes to its end, and compilers are short. */
const LASTING = 2;
/** A new process is worth a label with this many samples in a window, and this share of the rest. */
const NEWCOMER_SAMPLES = 20;
const NEWCOMER_SHARE = 0.005;
/** A series with a z-score of this size has moved. */
const MOVED = 3;
/** What makes up this much of a change explains it. */
const MAIN_PART = 0.5;

export function advanceEpisodes(table: SeriesTable, moment: Moment): void {
  const processes = [...table.processes];
  const known = processes.filter((process) => !isNew(process, moment.now.number));
  const rest = sum(known, (process) => process.count);
  for (const program of table.programs.values()) {
    advance(program, programTerms(program, rest), moment);
  }
  const isDisplaced = isDisplacement(known, risingNewcomers(table));
  for (const process of known) advanceProcess(process, isDisplaced, moment);
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

/** @param isDisplaced what fell in this window gave way to what rose */
function advanceProcess(process: ProcessSeries, isDisplaced: boolean, moment: Moment): void {
  const terms: Terms = {
    windowsToShow: (direction) => (direction === 'up' ? 1 : LASTING),
    allows: (direction) => direction === 'up' || !isDisplaced,
    isLarge: () => true,
  };
  for (const stack of process.stacks.values()) advance(stack, terms, moment);
  const allows = (direction: Direction) => terms.allows(direction) && isWhole(process, direction);
  advance(process, { ...terms, allows }, moment);
}

/** Its first window may be a short one: how large it is, is asked when it is to be shown. */
function programTerms(program: ProgramSeries, rest: number): Terms {
  const least = Math.max(NEWCOMER_SAMPLES, NEWCOMER_SHARE * rest);
  return {
    windowsToShow: () => LASTING,
    allows: (direction) => direction === 'up',
    isLarge: () => program.count >= least,
  };
}

/** Whether the process changed as a whole: not by a few stacks, nor replaced by a new one. */
function isWhole(process: ProcessSeries, direction: Direction): boolean {
  const most = changeOf(process) * MAIN_PART;
  const parts = [...process.stacks.values()].filter(({ episode }) => isShown(episode, direction));
  if (sum(parts, changeOf) >= most) return false;
  return direction === 'up' || process.program.count < most;
}

/** Samples by which it differs from what is expected. */
function changeOf({ deviation }: Series): number {
  return Math.abs(deviation.count - deviation.expected);
}

function sum<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
