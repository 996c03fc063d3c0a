/**
 * The Processes view as rows: process -> pid -> stack -> frame, sorted by count. Rows are made when
 * they are asked for, so only what is unfolded costs anything.
 */
import { formatCount } from '../core/accounting';
import type { Frame, InternedFrame } from '../core/frame';
import { printable, shorten } from '../core/printable';
import type { ProcessRecord, Profile, StackRecord, ThreadRecord } from '../core/profile';
import type { Children, Row } from './protocol';

/** 4,000-character C++ names exist; a row shows the beginning, the tooltip a good deal more. */
const LABEL_LENGTH = 120;
const TOOLTIP_LENGTH = 1_000;
const CALLERS_SHOWN = 3;

const NOTHING: Children = { rows: [], more: 0 };

/** @param parent id of a row, '' for the processes. A row that is not there has no children. */
export function childrenOf(profile: Profile, parent: string, limit: number): Children {
  if (parent === '') return processRows(profile, limit);
  const [kind, process, tid, stack] = parent.split('/');
  const record = profile.processes[Number(process)];
  if (!record) return NOTHING;
  const total = sampleCount(profile);
  if (kind === 'p') return threadRows(record, total, limit);
  const thread = record.threads.get(Number(tid));
  if (!thread) return NOTHING;
  if (kind === 't') return stackRows(record, thread, total, limit);
  return kind === 's' ? frameRows(record, thread, Number(stack), limit) : NOTHING;
}

export function sampleCount(profile: Profile): number {
  return profile.processes.reduce((sum, process) => sum + process.count, 0);
}

function processRows(profile: Profile, limit: number): Children {
  const total = sampleCount(profile);
  const busy = profile.processes.filter((process) => process.count > 0);
  return page(busy, limit, (process) => ({
    id: `p/${process.index}`,
    kind: 'process',
    label: printable(process.name) || '?',
    description: `${process.key}  ${counted(process.count, total)}`,
    tooltip: processTooltip(process, total),
    expandable: true,
    tgid: process.tgid,
  }));
}

function processTooltip(process: ProcessRecord, total: number): string {
  const stacks =
    process.stacks.size === 1 ? '1 stack' : `${formatCount(process.stacks.size)} stacks`;
  const threads = process.threads.size === 1 ? '1 thread' : `${process.threads.size} threads`;
  const title = `${printable(process.name)}, process ${process.key}`;
  return `${title}\n${counted(process.count, total)} in ${stacks} of ${threads}`;
}

function threadRows(process: ProcessRecord, total: number, limit: number): Children {
  return page([...process.threads.values()], limit, (thread) => ({
    id: `t/${process.index}/${thread.tid}`,
    kind: 'thread',
    label: `pid ${thread.tid}`,
    description: counted(thread.count, total),
    tooltip: `Thread ${thread.tid} of ${printable(process.name)} (${process.key})\n${counted(thread.count, total)}`,
    expandable: true,
    tgid: process.tgid,
  }));
}

function stackRows(
  process: ProcessRecord,
  thread: ThreadRecord,
  total: number,
  limit: number,
): Children {
  const entries = [...thread.stacks].map(([record, count]) => ({ record, count }));
  return page(entries, limit, ({ record, count }) => ({
    id: `s/${process.index}/${thread.tid}/${record.id}`,
    kind: 'stack',
    label: shorten(displayName(record.frames[0]), LABEL_LENGTH),
    description: `${counted(count, total)}${callers(record)}`,
    tooltip: stackTooltip(record, count, total),
    expandable: true,
    tgid: process.tgid,
  }));
}

function callers(record: StackRecord): string {
  const names = record.frames.slice(1, 1 + CALLERS_SHOWN).map((frame) => displayName(frame));
  return names.length === 0 ? '' : `  ← ${shorten(names.join(' ← '), LABEL_LENGTH)}`;
}

function stackTooltip(record: StackRecord, count: number, total: number): string {
  const names = record.frames.slice(0, 30).map((frame) => shorten(displayName(frame), 200));
  const rest = record.frames.length > 30 ? [`… ${record.frames.length - 30} more`] : [];
  return [counted(count, total), ...names, ...rest].join('\n');
}

function frameRows(
  process: ProcessRecord,
  thread: ThreadRecord,
  stackId: number,
  limit: number,
): Children {
  const record = [...thread.stacks.keys()].find((stack) => stack.id === stackId);
  if (!record) return NOTHING;
  const addresses = record.addresses();
  const rows = record.frames.slice(0, limit).map((frame, depth) => ({
    id: `f/${process.index}/${thread.tid}/${stackId}/${depth}`,
    kind: 'frame' as const,
    label: shorten(displayName(frame), LABEL_LENGTH),
    description: moduleName(frame),
    tooltip: frameTooltip(frame, addresses[depth]),
    expandable: false,
    tgid: process.tgid,
  }));
  return { rows, more: Math.max(0, record.frames.length - limit) };
}

function frameTooltip(frame: InternedFrame, address: string | undefined): string {
  const lines = [displayName(frame), printable(frame.module) || 'module unknown'];
  if (frame.symbol !== frame.name) lines.push(printable(frame.symbol));
  if (address !== undefined) lines.push(`most often at 0x${address}`);
  return lines.map((line) => shorten(line, TOOLTIP_LENGTH)).join('\n');
}

function displayName(frame: Frame | undefined): string {
  return frame ? printable(frame.name) : '?';
}

function moduleName(frame: Frame): string {
  return printable(frame.module.slice(frame.module.lastIndexOf('/') + 1));
}

/** `1,204 samples, 31.2 %`. */
function counted(count: number, total: number): string {
  const share = total === 0 ? 0 : (100 * count) / total;
  return `${formatCount(count)} ${count === 1 ? 'sample' : 'samples'}, ${share.toFixed(1)} %`;
}

/** The busiest first; what has the same count keeps its order, so that rows do not dance. */
function page<T extends { count: number }>(
  all: readonly T[],
  limit: number,
  row: (item: T) => Row,
): Children {
  const sorted = [...all].sort((a, b) => b.count - a.count);
  return { rows: sorted.slice(0, limit).map(row), more: Math.max(0, sorted.length - limit) };
}
