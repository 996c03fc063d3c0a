/** Says in words why something is labelled: "8.3 times its usual rate, 412 samples in 5 s, …". */
import { formatCount } from '../core/accounting';
import type { Change, Group } from './verdict';

/** Turns seconds since the start of the recording into a time of day, or what the caller likes. */
export type FormatTime = (seconds: number) => string;

/** `8.3 times its usual rate, 412 samples in 5 s, since 14:03:10` */
export function reasonText(change: Change, formatTime: FormatTime): string {
  const since = `since ${formatTime(change.since)}`;
  const size = `${samples(change.count)} in ${duration(change.seconds)}`;
  const { kind, ratio = 0, unseenFor } = change;
  switch (kind) {
    case 'surge':
      return `${factor(ratio)} times its usual rate, ${size}, ${since}`;
    case 'drop':
      return `drop: ${factor(ratio)} times its usual rate, ${size}, ${since}`;
    case 'gone':
      return `gone: no samples in ${duration(change.seconds)}, ${since}`;
    case 'new': {
      const never = unseenFor ? `, never seen in the ${duration(unseenFor)} before` : '';
      return `new: ${size}${never}, ${since}`;
    }
  }
}

/** The same for a group: `3 stacks together: 8.3 times their usual rate, …`. */
export function groupText(group: Group, formatTime: FormatTime): string {
  const reason = reasonText(group, formatTime);
  const stacks = group.stacks === 1 ? '1 stack' : `${formatCount(group.stacks)} stacks`;
  if (group.scope === 'stacks') return group.stacks === 1 ? reason : `${stacks}: ${reason}`;
  return `whole ${group.scope} (${stacks}): ${reason}`;
}

function samples(count: number): string {
  return count === 1 ? '1 sample' : `${formatCount(count)} samples`;
}

/** `8.3`, `120`, `0.04`: two digits, which is as much as counts can tell. */
function factor(ratio: number): string {
  if (ratio >= 10) return formatCount(Math.round(ratio));
  return ratio >= 1 || ratio === 0 ? ratio.toFixed(1) : ratio.toPrecision(1);
}

/** `5 s`, `0.3 s`, `12 min` */
function duration(seconds: number): string {
  if (seconds < 1) return `${seconds.toFixed(1)} s`;
  return seconds < 600 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
