/**
 * Turns causes into verdicts and groups: a storm of causes becomes one, and a cause keeps its name
 * while it lasts.
 */
import { mergeCauses, type Cause } from './causes';
import { isShown } from './episode';
import { BoundedMap } from '../core/boundedMap';
import type { StackSeries } from './series';
import { sizeOf, type Change, type Group, type Verdict } from './verdict';

/** If more causes than this begin in one window, they have one cause: a deployment, for one. */
const STORM = 20;
/** Storms that are remembered. */
const MOST_STORMS = 100;

export class Grouping {
  /** What was a storm once stays one, or its parts would be told when some of them are over. */
  readonly #storms = new BoundedMap<string, true>(MOST_STORMS);
  #before: ReadonlyMap<string, Group> = new Map();

  /** @param seconds recorded seconds of the window */
  describe(causes: readonly Cause[], seconds: number): { stacks: Verdict[]; groups: Group[] } {
    const shown = this.#calm(causes);
    shown.sort((a, b) => sizeOf(b) - sizeOf(a));
    const groups = new Map<string, Group>();
    for (const cause of shown)
      groups.set(lineOf(cause), groupOf(cause, this.#idOf(cause), seconds));
    this.#before = groups;
    const stacks = shown.flatMap((cause) => verdictsOf(cause, seconds));
    return { stacks, groups: [...groups.values()] };
  }

  /** Causes of one direction that began in the same window are merged where they are a storm. */
  #calm(causes: readonly Cause[]): Cause[] {
    const together = new Map<string, Cause[]>();
    for (const cause of causes) {
      const key = `${cause.direction} ${cause.since}`;
      const others = together.get(key);
      if (others) others.push(cause);
      else together.set(key, [cause]);
    }
    return [...together].flatMap(([key, same]) => {
      if (same.length > STORM) this.#storms.set(key, true);
      return this.#storms.has(key) ? [mergeCauses(same)] : same;
    });
  }

  /** One that goes on with some of its stacks is the same, though the first of them are over. */
  #idOf(cause: Cause): string {
    const { id, stacks } = this.#before.get(lineOf(cause)) ?? {};
    const before = new Set(stacks);
    const goesOn = cause.stacks.some(({ key }) => before.has(key));
    return id !== undefined && goesOn ? id : `${lineOf(cause)} since ${cause.since}`;
  }
}

/** There is one such cause in a window. */
function lineOf({ owner, direction }: Cause): string {
  return `${owner} ${direction}`;
}

function groupOf(cause: Cause, id: string, seconds: number): Group {
  const { process, labelled, stacks } = cause;
  return {
    id,
    ...(process === undefined ? {} : { process }),
    labelled: labelled.map(({ key }) => key),
    stacks: stacks.map(({ key }) => key),
    ...changeOf(cause, seconds),
  };
}

/**
 * A stack in an episode of its own tells that. Where not all stacks of a cause are labelled, the
 * heaviest stands for them and tells their cause.
 */
function verdictsOf(cause: Cause, seconds: number): Verdict[] {
  const { labelled, stacks } = cause;
  return labelled.map((stack, index) => {
    const stands = index === 0 && labelled.length < stacks.length;
    const own = stands ? undefined : ownChange(stack, cause);
    const change = changeOf({ ...cause, ...own }, seconds);
    return { key: stack.key, standsFor: own ? 1 : stacks.length, ...change };
  });
}

type Told = Omit<Change, 'seconds'>;

function ownChange({ episode, deviation }: StackSeries, { direction }: Cause): Told | undefined {
  if (!isShown(episode, direction)) return undefined;
  const { began, kind, score = 0 } = episode;
  const { count, expected } = deviation;
  const since = began.seconds;
  return { kind, scope: 'stacks', processes: 1, count, expected, since, score };
}

function changeOf(told: Told, seconds: number): Change {
  const { kind, scope, processes, count, expected, since, score } = told;
  return { kind, scope, processes, count, expected, seconds, since, score };
}
