/** Turns causes into verdicts and groups; a storm of causes becomes one. */
import { mergeCauses, type Cause } from './causes';
import { isShown, type Direction } from './episode';
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
    labelled: labelled.map((stack) => stack.key),
    stacks: stacks.length,
    ...changeOf(cause, seconds),
  };
}

/** A stack in an episode of its own tells that; one that stands for others tells their cause. */
function verdictOf(stack: StackSeries, cause: Cause, seconds: number): Verdict {
  const change = changeOf({ ...cause, ...ownChange(stack, cause.direction) }, seconds);
  return { key: stack.key, ...change };
}

type Told = Pick<Cause, 'kind' | 'scope' | 'count' | 'expected' | 'since' | 'score'>;

function ownChange({ episode, evidence }: StackSeries, direction: Direction): Told | undefined {
  if (!isShown(episode, direction)) return undefined;
  const { began, kind, score = 0 } = episode;
  const { count, expected } = evidence;
  return { kind, scope: 'stacks', count, expected, since: began.seconds, score };
}

function changeOf(told: Told, seconds: number): Change {
  const { kind, scope, count, expected, since, score } = told;
  return { kind, scope, count, expected, seconds, since, score };
}
