/** The report for people: the busiest processes, and under each its busiest stacks. */
import { countOf, formatCount } from '../core/accounting';
import type { ProcessRecord, StackRecord } from '../core/profile';
import { printable, shorten } from '../core/printable';
import type { Recording } from '../recording/recording';
import { unusualLines } from '../labels/unusualText';

const PROCESSES = 15;
const STACKS = 3;
const UNUSUAL = 5;
const COUNT_WIDTH = 9;
const SHARE_WIDTH = 7;

/** @param width columns of the terminal */
export function formatTable(
  { profile, seconds, labels }: Pick<Recording, 'profile' | 'seconds' | 'labels'>,
  width: number,
): string {
  const busy = profile.processes.filter((process) => process.count > 0);
  const samples = busy.reduce((sum, process) => sum + process.count, 0);
  const processes = countOf(busy.length, 'process', 'processes');
  const title = `${seconds.toFixed(0)} s, ${countOf(samples, 'sample')}, ${processes}`;
  const head = `${'SAMPLES'.padStart(COUNT_WIDTH)}${'SHARE'.padStart(SHARE_WIDTH)}  PROCESS`;
  const shown = [...busy].sort((a, b) => b.count - a.count).slice(0, PROCESSES);
  const rows = shown.flatMap((process) => processRows(process, samples));
  const left = busy.length - shown.length;
  const rest = left > 0 ? [`${' '.repeat(COUNT_WIDTH + SHARE_WIDTH)}  and ${left} more`] : [];
  const lines = unusualLines(labels, UNUSUAL);
  const unusual = lines.length > 0 ? ['unusual (! now, - earlier):', ...lines] : [];
  const all = [title, ...unusual, head, ...rows, ...rest];
  return all.map((row) => shorten(row, width)).join('\n') + '\n';
}

function processRows(process: ProcessRecord, samples: number): string[] {
  const threads = countOf(process.threads.size, 'thread');
  const title = `${printable(process.name)} (${process.key}), ${threads}`;
  const stacks = [...process.stacks.values()].sort((a, b) => b.count - a.count).slice(0, STACKS);
  return [
    row(process.count, samples, title),
    ...stacks.map((stack) => row(stack.count, samples, `    ${stackText(stack)}`)),
  ];
}

function row(count: number, samples: number, text: string): string {
  const share = samples === 0 ? 0 : (100 * count) / samples;
  return `${formatCount(count).padStart(COUNT_WIDTH)}${share.toFixed(1).padStart(SHARE_WIDTH - 1)}%  ${text}`;
}

/** `leaf < caller < its caller`, the way one reads a crash; an anomalous stack is marked. */
function stackText(stack: StackRecord): string {
  const names = stack.frames.slice(0, 8).map((frame) => shorten(printable(frame.name), 40));
  const mark = stack.label === 1 ? `! ${stack.reason ?? 'unusual'}: ` : '';
  return mark + names.join(' < ');
}
