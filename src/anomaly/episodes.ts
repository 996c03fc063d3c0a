/**
 * Which episodes begin, go on and end in a window: for stacks, for whole processes, and for
 * programs that start new processes; each only where no other change explains it.
 */
import { Episode, strongDirection, type Direction, type Instant } from './episode';
import type { Evidence } from './evidence';
import type { Judge, Normality } from './normality';
import { isNew, isYoung, type ProcessSeries, type ProgramSeries, type Series, type Watched } from './series';
import { isDisplacement } from './tide';

export interface Moment {
  readonly now: Instant;
  /** Recorded seconds of the window. */
  readonly seconds: number;
  /** What ran since then, seconds since the start of the recording, is remembered. */
  readonly remembered: number;
  readonly normality: Normality;
}

/** A rise is shown at once. A fall, and a new process, must last: work ends, compilers are short. */
const LASTING = 2;
/** A new process is worth a label with this many samples in a window, and this share of all. */
const NEWCOMER_SAMPLES = 20;
const NEWCOMER_SHARE = 0.005;
/** What makes up this much of a change explains it. */
const MAIN_PART = 0.5;

/** On which terms an episode of a series may begin. */
interface Terms {
  /** What it is part of: what begins there together has one cause. */
  readonly owner: Series;
  /** When the owner was first seen, seconds since the start of the recording. */
  readonly born: number;
  /** Windows before a rise is shown. */
  readonly confirmRise: number;
  mayBegin(direction: Direction): boolean;
}

/** @returns evidence of the episodes that began, the strongest of each owner */
export function advanceEpisodes(watched: Watched, moment: Moment): Evidence['row'][] {
  const advance = new Advance(watched, moment);
  for (const process of watched.processes) advance.process(process);
  for (const program of watched.programs.values()) advance.program(program);
  return advance.began;
}

class Advance {
  readonly #moment: Moment;
  /** What fell gave way to what rose. */
  readonly #displaced: boolean;
  readonly #total: number;
  readonly #began = new Map<Series, Evidence>();
  /** Trained when the first change is strong enough to ask. */
  #judge: Judge | undefined;

  constructor(watched: Watched, moment: Moment) {
    const processes = [...watched.processes];
    const stacks = processes.flatMap((process) => [...process.stacks.values()]);
    this.#moment = moment;
    this.#displaced = isDisplacement(stacks.map((stack) => stack.evidence));
    this.#total = processes.reduce((sum, process) => sum + process.count, 0);
  }

  get began(): Evidence['row'][] {
    return [...this.#began.values()].map((evidence) => evidence.row);
  }

  process(process: ProcessSeries): void {
    if (isNew(process, this.#moment.now.number)) return;
    const terms = { owner: process, born: process.born.seconds, confirmRise: 1 };
    const mayBegin = (direction: Direction) => direction === 'up' || !this.#displaced;
    for (const stack of process.stacks.values()) this.#advance(stack, { ...terms, mayBegin });
    this.#advance(process, {
      ...terms,
      mayBegin: (direction) => mayBegin(direction) && this.#isWhole(process, direction),
    });
  }

  program(program: ProgramSeries): void {
    this.#advance(program, {
      owner: program,
      born: 0,
      confirmRise: LASTING,
      mayBegin: (direction) => direction === 'up' && this.#growsByNewcomers(program),
    });
  }

  #advance(series: Series, terms: Terms): void {
    const { episode, evidence } = series;
    if (episode && this.#goOnOrEnd(series, episode)) return;
    const direction = strongDirection(evidence);
    const dbg = (globalThis as any).__dbg; if (dbg) dbg(series, evidence, direction, this.#moment.now.number);
    if (!direction || !terms.mayBegin(direction)) return;
    this.#judge ??= this.#moment.normality.judge();
    const score = this.#judge.score(evidence.row);
    if (dbg) dbg(series, evidence, `score ${score.toFixed(3)} cut ${this.#judge.cut.toFixed(3)}`, this.#moment.now.number);
    if (score >= this.#judge.cut) this.#begin(series, terms, direction, score);
  }

  /** @returns whether the window is accounted for: it belongs to the episode, or is now usual */
  #goOnOrEnd(series: Series, episode: Episode): boolean {
    if (!episode.isUsual && episode.goesOn(series.evidence)) {
      episode.add(series.count, this.#moment.seconds);
      return true;
    }
    episode.close(series.history);
    series.episode = undefined;
    return episode.isUsual;
  }

  #begin(series: Series, terms: Terms, direction: Direction, score: number): void {
    const { now, seconds, remembered } = this.#moment;
    const known = now.seconds - Math.max(remembered, terms.born);
    const unseenFor = series.history.samples === 0 ? Math.max(0, known) : undefined;
    const confirmAfter = direction === 'up' ? terms.confirmRise : LASTING;
    series.episode = new Episode({ direction, began: now, unseenFor, confirmAfter, score });
    series.episode.add(series.count, seconds);
    const before = this.#began.get(terms.owner);
    if (before && Math.abs(before.z) >= Math.abs(series.evidence.z)) return;
    this.#began.set(terms.owner, series.evidence);
  }

  /** Whether the process changed as a whole: neither by a few stacks, nor replaced by a new one. */
  #isWhole(process: ProcessSeries, direction: Direction): boolean {
    const most = change(process) * MAIN_PART;
    const parts = [...process.stacks.values()].filter((s) => s.episode?.beginning.direction === direction);
    if (sum(parts, change) >= most) return false;
    return direction === 'up' || this.#newcomers(process.program) < most;
  }

  #growsByNewcomers(program: ProgramSeries): boolean {
    const least = Math.max(NEWCOMER_SAMPLES, NEWCOMER_SHARE * this.#total);
    const samples = this.#newcomers(program);
    return samples >= least && samples >= change(program) * MAIN_PART;
  }

  /** Samples of the program's new processes. */
  #newcomers(program: ProgramSeries): number {
    const all = [...program.processes.values()];
    const young = all.filter((process) => isYoung(process, this.#moment.now.number));
    return sum(young, (process) => process.count);
  }
}

/** Samples by which it differs from what is expected. */
function change({ evidence }: Series): number {
  return Math.abs(evidence.count - evidence.expected);
}

function sum<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
