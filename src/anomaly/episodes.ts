/**
 * Which episodes may begin in a window: of stacks, of whole processes, and of programs that start
 * new processes; each only where no other change explains it.
 */
import { Advance, type Lessons, type Moment, type Terms } from './advance';
import type { Direction } from './episode';
import { isNew, type ProcessSeries, type ProgramSeries, type Series, type Watched } from './series';
import { isDisplacement } from './tide';

/** A fall must last, and so must a new process: work comes to its end, and compilers are short. */
const LASTING = 2;
/** A new process is worth a label with this many samples in a window, and this share of all. */
const NEWCOMER_SAMPLES = 20;
const NEWCOMER_SHARE = 0.005;
/** What makes up this much of a change explains it. */
const MAIN_PART = 0.5;

export function advanceEpisodes(watched: Watched, moment: Moment): Lessons {
  const advance = new Advance(moment);
  const { number } = moment.now;
  const total = sum([...watched.processes], (process) => process.count);
  for (const program of watched.programs.values()) {
    advance.advance(program, programTerms(program, total));
  }
  const known = [...watched.processes].filter((process) => !isNew(process, number));
  const displaced = isDisplacement(known, risingNewcomers(watched));
  for (const process of known) advanceProcess(process, { advance, displaced });
  return advance.lessons;
}

/** Samples of new processes that are, or may become, worth a label. */
function risingNewcomers(watched: Watched): number {
  const rising = [...watched.programs.values()].filter((program) => program.episode);
  return sum(rising, (program) => program.count);
}

interface Scene {
  readonly advance: Advance;
  /** What fell gave way to what rose. */
  readonly displaced: boolean;
}

function advanceProcess(process: ProcessSeries, { advance, displaced }: Scene): void {
  const terms: Terms = {
    owner: process,
    born: process.born.seconds,
    windowsToShow: (direction) => (direction === 'up' ? 1 : LASTING),
    allows: (direction) => direction === 'up' || !displaced,
  };
  for (const stack of process.stacks.values()) advance.advance(stack, terms);
  const allows = (direction: Direction) => terms.allows(direction) && isWhole(process, direction);
  advance.advance(process, { ...terms, allows });
}

function programTerms(program: ProgramSeries, total: number): Terms {
  const least = Math.max(NEWCOMER_SAMPLES, NEWCOMER_SHARE * total);
  return {
    owner: program,
    born: 0,
    windowsToShow: () => LASTING,
    allows: (direction) => direction === 'up' && program.count >= least,
  };
}

/** Whether the process changed as a whole: not by a few stacks, nor replaced by a new one. */
function isWhole(process: ProcessSeries, direction: Direction): boolean {
  const most = changeOf(process) * MAIN_PART;
  const parts = [...process.stacks.values()].filter(
    ({ episode }) => episode?.isShown && episode.beginning.direction === direction,
  );
  if (sum(parts, changeOf) >= most) return false;
  return direction === 'up' || process.program.count < most;
}

/** Samples by which it differs from what is expected. */
function changeOf({ evidence }: Series): number {
  return Math.abs(evidence.count - evidence.expected);
}

function sum<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
