/** Says in words why something is labelled: "8.3 times its usual rate, 412 samples in 5 s, …". */
import { formatCount } from '../core/accounting';
import type { Scope } from './causes';
import type { Change, Group } from './verdict';

/** Turns seconds since the start of the recording into a time of day, or what the caller likes. */
export type FormatTime = (seconds: number) => string;

/** Before the reason: what it is about, where that is more than the stack itself. */
const SUBJECT: Record<Scope, string> = {
  stacks: '',
  process: 'whole process: ',
  newProcess: 'new process: ',
  machine: 'many at once: ',
};

/** `8.3 times its usual rate, 412 samples in 5 s, since 14:03:10` */
export function reasonText(change: Change, formatTime: FormatTime): string {
  return `${SUBJECT[change.scope]}${what(change)}, since ${formatTime(change.since)}`;
}

/** The same for a group, with the number of its stacks: `3 stacks: 8.3 times their usual rate, …` */
export function groupText(group: Group, formatTime: FormatTime): string {
  if (group.stacks === 1) return reasonText(group, formatTime);
  return `${formatCount(group.stacks)} stacks, ${reasonText(group, formatTime)}`;
}

function what({ kind, scope, ratio = 0, count, seconds, unseenFor = 0 }: Change): string {
  const size = `${samples(count)} in ${duration(seconds)}`;
  if (kind === 'surge') return `${factor(ratio)} times its usual rate, ${size}`;
  if (kind === 'drop') return `drop: ${factor(ratio)} times its usual rate, ${size}`;
  if (kind === 'gone') return `gone: no samples in ${duration(seconds)}`;
  const never = unseenFor > 0 ? `, never seen in the ${duration(unseenFor)} before` : '';
  return scope === 'newProcess' ? `${size}${never}` : `new: ${size}${never}`;
}

function samples(count: number): string {
  return count === 1 ? '1 sample' : `${formatCount(count)} samples`;
}

/** `8.3`, `120`, `0.04`: about as many digits as counts can tell. */
function factor(ratio: number): string {
  if (ratio >= 10) return formatCount(Math.round(ratio));
  if (ratio >= 1) return ratio.toFixed(1);
  return ratio < 0.01 ? 'less than 0.01' : ratio.toPrecision(1);
}

/** `5 s`, `0.3 s`, `12 min` */
function duration(seconds: number): string {
  if (seconds < 1) return `${seconds.toFixed(1)} s`;
  return seconds < 600 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
