/** What is unusual, in words and in small pictures: for the terminal, tooltips and messages. */
import { shortText } from '../anomaly/reason';
import { sizeOf } from '../anomaly/verdicts';
import { formatCount } from '../core/accounting';
import { processTitle } from '../core/callTree';
import { printable } from '../core/printable';
import type { ProcessRecord, StackRecord } from '../core/profile';
import type { Cause, LabelBook, Labels } from './labels';
import { stackName } from './stackText';

const BARS = '▁▂▃▄▅▆▇█';

/**
 * `8.3×` where it is unusual now, `was 8.3×` where it was, `was unusual` where only a file says so;
 * undefined where it never was.
 */
export function shortLabel(labels: LabelBook, stack: StackRecord): string | undefined {
  const anomaly = labels.anomaly(stack);
  if (!anomaly) return stack.label === 1 ? 'was unusual' : undefined;
  return `${anomaly.until === undefined ? '' : 'was '}${shortText(anomaly.change)}`;
}

/** `▁▁▁▁█▇ 0 to 98 samples per second in the last 6 reports` */
export function historyText(rates: readonly number[]): string {
  const most = Math.max(0, ...rates);
  const bar = (rate: number): string => BARS[Math.round((rate / most) * (BARS.length - 1))] ?? ' ';
  const bars = rates.map((rate) => (most === 0 ? BARS[0] : bar(rate))).join('');
  const range = `${perSecond(Math.min(...rates, most))} to ${perSecond(most)}`;
  return `${bars} ${range} samples per second in the last ${rates.length} reports`;
}

function perSecond(rate: number): string {
  return rate >= 10 ? formatCount(Math.round(rate)) : rate.toFixed(1);
}

/** What is unusual of a process, that now first, the largest change first. */
export function labelledFirst(labels: LabelBook, process: ProcessRecord): StackRecord[] {
  return [...labels.labelledIn(process)].sort((a, b) => rank(labels, b) - rank(labels, a));
}

/** From here on it is unusual now. */
export const RANK_NOW = 2;

/** Higher is more unusual: now before earlier, then by the size of the change; 0 is not at all. */
export function rank(labels: LabelBook, stack: StackRecord): number {
  const anomaly = labels.anomaly(stack);
  if (!anomaly) return stack.label === 1 ? 1 : 0;
  const size = sizeOf(anomaly.change);
  return (anomaly.until === undefined ? RANK_NOW : 1) + size / (size + 1);
}

/** One line for each cause, told by its most unusual stack; at most `limit`, and how many more. */
export function unusualLines(labels: Labels, limit: number): string[] {
  const all = [...labels.labelled].sort((a, b) => rank(labels, b) - rank(labels, a));
  const byCause = new Map<string | undefined, StackRecord>();
  for (const stack of all) {
    const cause = labels.anomaly(stack)?.cause;
    if (!byCause.has(cause)) byCause.set(cause, stack);
  }
  const lines = [...byCause.values()].slice(0, limit).map((stack) => {
    const mark = labels.isActive(stack) ? '!' : '-';
    return `  ${mark} ${processName(stack.process)}: ${stack.reason}: ${stackName(stack)}`;
  });
  return byCause.size > limit ? [...lines, `  and ${byCause.size - limit} more`] : lines;
}

/** `burst (1234): new: 412 samples in 5 s, since 14:03:10: work < sudden`, for a message. */
export function causeText({ stacks, change, text }: Cause): string {
  const [first] = stacks;
  if (!first) return '';
  const process = processName(first.process);
  const what = change.scope === 'machine' ? `${text}, most in ${process}` : `${process}: ${text}`;
  return `${what}: ${stackName(first)}`;
}

/** `burst (1234)` */
export function processName(process: ProcessRecord): string {
  return printable(processTitle(process));
}
