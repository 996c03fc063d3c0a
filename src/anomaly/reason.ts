/** The reason of a label in words: "8.3 times its usual rate, 412 samples in 5 s". */
import { countOf, formatCount } from '../core/accounting';
import type { Scope } from './causes';
import type { Verdict } from './verdicts';

/** Before the reason: what it is about, where that is more than the stack itself. */
const SUBJECT: Record<Scope, (processes: number) => string> = {
  stacks: () => '',
  process: () => 'whole process: ',
  newProcess: (processes) =>
    processes > 1 ? `${formatCount(processes)} new processes: ` : 'new process: ',
  machine: () => 'many at once: ',
};

/** Fewer samples than this were not expected at all. */
const SILENT = 0.05;

/** `8.3 times its usual rate, 412 samples in 5 s` */
export function reasonText(verdict: Verdict): string {
  return SUBJECT[verdict.scope](verdict.processes) + what(verdict);
}

/** `8.3×`, `new`, `back`, `drop to 0.04×`, `gone`: for a row that has little room. */
export function shortText({ kind, count, expected }: Verdict): string {
  if (kind === 'new' || kind === 'gone') return kind;
  if (isBack({ kind, expected })) return 'back';
  const times = `${factor(count / expected)}×`;
  return kind === 'drop' ? `drop to ${times}` : times;
}

function what({ kind, scope, expected, count, seconds }: Verdict): string {
  const size = `${countOf(count, 'sample')} in ${duration(seconds)}`;
  if (kind === 'gone') return `gone: no samples in ${duration(seconds)}`;
  if (kind === 'new') return scope === 'newProcess' ? size : `new: ${size}`;
  if (isBack({ kind, expected })) return scope === 'machine' ? size : `back: ${size}`;
  const rate = `${factor(count / expected)} times its usual rate, ${size}`;
  return kind === 'drop' ? `drop: ${rate}` : rate;
}

/** It ran before, but so long ago that it has no usual rate to compare with. */
function isBack({ kind, expected }: Pick<Verdict, 'kind' | 'expected'>): boolean {
  return kind === 'surge' && expected < SILENT;
}

/** `8.3`, `120`, `0.04`: about as many digits as counts can tell. */
function factor(ratio: number): string {
  if (ratio >= 10) return formatCount(Math.round(ratio));
  if (ratio >= 1) return ratio.toFixed(1);
  return ratio < 0.01 ? 'less than 0.01' : ratio.toPrecision(1);
}

/** `5 s`, `0.3 s`, `12 min` */
function duration(seconds: number): string {
  // A second is rarely whole to the last nanosecond.
  if (seconds < 0.95) return `${seconds.toFixed(1)} s`;
  return seconds < 600 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
