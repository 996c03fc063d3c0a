/** Turns causes into verdicts and groups; a storm of causes becomes one. */
import { isShown, mergeCauses, type Cause } from './causes';
import type { Direction } from './episode';
import type { StackSeries } from './series';
import type { Change, Group, Verdict } from './verdict';

/** If more causes than this begin in one window, they have one cause: a deployment, for one. */
const STORM = 20;

/** @param seconds recorded seconds of the window */
export function describeCauses(causes: readonly Cause[], seconds: number) {
  const shown = [...calm(causes, 'up'), ...calm(causes, 'down')];
  shown.sort((a, b) => importance(b) - importance(a));
  return {
    stacks: shown.flatMap((cause) => cause.labelled.map((s) => verdictOf(s, cause, seconds))),
    groups: shown.map((cause) => groupOf(cause, seconds)),
  };
}

/** Causes of one direction, those that began in the same window merged where they are a storm. */
function calm(causes: readonly Cause[], direction: Direction): Cause[] {
  const bySince = new Map<number, Cause[]>();
  for (const cause of causes) {
    if (cause.direction !== direction) continue;
    const others = bySince.get(cause.since);
    if (others) others.push(cause);
    else bySince.set(cause.since, [cause]);
  }
  return [...bySince.values()].flatMap((same) =>
    same.length > STORM ? [mergeCauses(same, direction)] : same,
  );
}

function importance({ count, expected }: Cause): number {
  return Math.abs(count - expected);
}

function groupOf(cause: Cause, seconds: number): Group {
  const { process, labelled, stacks } = cause;
  return {
    ...(process === undefined ? {} : { process }),
    path: sharedPath(labelled.map((stack) => stack.path)),
    labelled: labelled.map((stack) => stack.key),
    stacks: stacks.length,
    ...changeOf(cause, seconds),
  };
}

/** A stack in an episode of its own tells that; one that stands for others tells their cause. */
function verdictOf(stack: StackSeries, cause: Cause, seconds: number): Verdict {
  const { key, process } = stack;
  const change = changeOf({ ...cause, ...ownChange(stack, cause.direction) }, seconds);
  return { key, process: process.key, label: 1, ...change };
}

type Told = Pick<Cause, 'kind' | 'scope' | 'count' | 'expected' | 'since' | 'unseenFor' | 'score'>;

function ownChange({ episode, evidence }: StackSeries, direction: Direction): Told | undefined {
  if (!isShown(episode, direction)) return undefined;
  const { began, unseenFor } = episode.beginning;
  const { kind, score = 0 } = episode;
  const { count, expected } = evidence;
  return { kind, scope: 'stacks', count, expected, since: began.seconds, unseenFor, score };
}

function changeOf(told: Told, seconds: number): Change {
  const { kind, scope, count, expected, since, unseenFor, score } = told;
  return {
    kind,
    scope,
    count,
    seconds,
    since,
    ...(kind !== 'new' && expected > 0 ? { ratio: count / expected } : {}),
    ...(kind === 'new' && unseenFor !== undefined ? { unseenFor } : {}),
    score,
  };
}

/** The longest beginning that all paths share. */
export function sharedPath(paths: readonly (readonly string[])[]): readonly string[] {
  const [first = [], ...others] = paths;
  const differs = (frame: string, depth: number) => others.some((path) => path[depth] !== frame);
  const length = first.findIndex(differs);
  return length < 0 ? first : first.slice(0, length);
}
