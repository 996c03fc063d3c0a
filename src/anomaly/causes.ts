/**
 * A cause is all that changed together: stacks of a process that changed the same way, a process
 * that changed as a whole, or the new processes of a program.
 */
import { isShown, type Direction, type Kind } from './episode';
import {
  isNewcomer,
  type ProcessSeries,
  type ProgramSeries,
  type Series,
  type StackSeries,
} from './series';
import type { SeriesTable } from './seriesTable';

/**
 * How far a cause reaches: some stacks of a process, all it does, a process that was not there
 * before, or so much at once that only the machine can be named.
 */
export type Scope = 'stacks' | 'process' | 'newProcess' | 'machine';

export interface Cause {
  readonly scope: Scope;
  /** What changed: the same in every window. */
  readonly owner: string;
  /** Absent for the machine. */
  readonly process?: number;
  readonly processes: number;
  readonly direction: Direction;
  readonly kind: Kind;
  /** Stacks that changed, the heaviest first; at least one. */
  readonly stacks: readonly StackSeries[];
  /** Those of them that carry the label. */
  readonly labelled: readonly StackSeries[];
  readonly count: number;
  readonly expected: number;
  /** Start of the window in which it began, seconds since the start of the recording. */
  readonly since: number;
  readonly score: number;
}

/** Beyond this many stacks only those that matter are labelled; they stand for the others. */
const MOST_LABELLED = 20;
/** A stack with this share of a change matters. */
const CARRIER_SHARE = 0.1;

/** The causes in the current window, in the order in which their processes were first seen. */
export function collectCauses(table: SeriesTable): Cause[] {
  const programs = [...table.programs.values()].map(programCause);
  const processes = [...table.processes].flatMap((process) => [
    processCause(process, 'up'),
    processCause(process, 'down'),
  ]);
  return [...programs, ...processes].filter((cause) => cause !== undefined);
}

/**
 * Several causes as one, of which only the heaviest stack carries the label.
 * @param causes of one direction that began in the same window; at least one
 */
export function mergeCauses(causes: readonly Cause[]): Cause {
  const first = causes[0] as Cause;
  const { direction } = first;
  const stacks = heaviest(
    causes.flatMap((cause) => cause.stacks),
    direction,
  );
  return {
    scope: 'machine',
    owner: `machine at ${first.since}`,
    processes: processesOf(stacks),
    direction,
    kind: commonKind(
      causes.map((cause) => cause.kind),
      direction,
    ),
    stacks,
    labelled: stacks.slice(0, 1),
    count: sum(causes, (cause) => cause.count),
    expected: sum(causes, (cause) => cause.expected),
    since: first.since,
    score: Math.max(...causes.map((cause) => cause.score)),
  };
}

function programCause(program: ProgramSeries): Cause | undefined {
  const { episode } = program;
  if (!episode?.isShown) return undefined;
  const newcomers = [...program.processes.values()].filter(isNewcomer);
  const all = newcomers.flatMap((process) => [...process.stacks.values()]);
  const cause = wholeCause('newProcess', program, heaviest(all, 'up'));
  // To its program it may be a surge; the process itself never ran before.
  return cause && { ...cause, owner: `program ${program.key}`, kind: 'new' };
}

function processCause(process: ProcessSeries, direction: Direction): Cause | undefined {
  const all = [...process.stacks.values()];
  const { episode } = process;
  if (isShown(episode, direction)) return wholeCause('process', process, heaviest(all, direction));
  const unusual = all.filter((stack) => isShown(stack.episode, direction));
  const present = heaviest(unusual, direction);
  return present.length === 0 ? undefined : partCause(present, direction);
}

/** @param all stacks of the whole; those that went the other way are a cause of their own */
function wholeCause(scope: Scope, whole: Series, all: StackSeries[]): Cause | undefined {
  const { episode, deviation } = whole;
  if (!episode) return undefined;
  const { direction, began } = episode;
  const stacks = all.filter((stack) => !isShown(stack.episode, opposite(direction)));
  const [first] = stacks;
  if (!first) return undefined;
  const unusual = stacks.filter((stack) => isShown(stack.episode, direction));
  const labelled = new Set([...few(unusual, direction), ...carriers(stacks, direction)]);
  return {
    scope,
    owner: ownerOf(first.process),
    process: first.process.key,
    processes: processesOf(stacks),
    direction,
    kind: episode.kind,
    stacks,
    labelled: heaviest([...labelled], direction),
    count: deviation.count,
    expected: deviation.expected,
    since: began.seconds,
    score: episode.score ?? 0,
  };
}

/** @param stacks in an episode of this direction each, the heaviest first; at least one */
function partCause(stacks: StackSeries[], direction: Direction): Cause {
  const first = stacks[0] as StackSeries;
  const episodes = stacks.flatMap(({ episode }) => (episode ? [episode] : []));
  return {
    scope: 'stacks',
    owner: ownerOf(first.process),
    process: first.process.key,
    processes: 1,
    direction,
    kind: commonKind(
      episodes.map(({ kind }) => kind),
      direction,
    ),
    stacks,
    labelled: few(stacks, direction),
    count: sum(stacks, (stack) => stack.count),
    expected: sum(stacks, (stack) => stack.deviation.expected),
    since: Math.min(...episodes.map(({ began }) => began.seconds)),
    score: Math.max(...episodes.map(({ score = 0 }) => score)),
  };
}

function processesOf(stacks: readonly StackSeries[]): number {
  return new Set(stacks.map(({ process }) => process)).size;
}

function ownerOf({ key }: ProcessSeries): string {
  return `process ${key}`;
}

function opposite(direction: Direction): Direction {
  return direction === 'up' ? 'down' : 'up';
}

/** Something new beside something that grew is growth; something gone beside a drop, a drop. */
function commonKind(kinds: readonly Kind[], direction: Direction): Kind {
  const [first] = kinds;
  if (first && kinds.every((kind) => kind === first)) return first;
  return direction === 'up' ? 'surge' : 'drop';
}

function few(stacks: StackSeries[], direction: Direction): StackSeries[] {
  return stacks.length <= MOST_LABELLED ? stacks : carriers(stacks, direction);
}

/** The stacks that make up a change for the most part; the heaviest in any case. */
function carriers(stacks: StackSeries[], direction: Direction): StackSeries[] {
  const least = CARRIER_SHARE * sum(stacks, (stack) => weight(stack, direction));
  return stacks.filter((stack, index) => index === 0 || weight(stack, direction) >= least);
}

function heaviest(stacks: StackSeries[], direction: Direction): StackSeries[] {
  const present = stacks.filter((stack) => weight(stack, direction) > 0);
  return present.sort((a, b) => weight(b, direction) - weight(a, direction));
}

/** Samples above what is usual, or below. All samples of a new process are above. */
function weight({ deviation, process }: StackSeries, direction: Direction): number {
  const change = deviation.count - (isNewcomer(process) ? 0 : deviation.expected);
  return direction === 'up' ? change : -change;
}

function sum<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
