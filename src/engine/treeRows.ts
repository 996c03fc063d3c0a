/**
 * The Processes view as rows: process -> pid -> stack -> frame, sorted by count. Rows are made when
 * they are asked for, so only what is unfolded costs anything.
 */
import { countOf } from '../core/accounting';
import type { Frame, InternedFrame } from '../core/frame';
import { printable, shorten } from '../core/printable';
import type { ProcessRecord, Profile, StackRecord, ThreadRecord } from '../core/profile';
import { parseRowId, rowId } from '../core/rowId';
import type { LabelBook } from '../labels/labels';
import type { Children, Row, Unusual } from '../messages/engineMessages';
import { stackName } from '../labels/stackText';
import { historyText, labelledFirst, rank, RANK_NOW, shortLabel } from '../labels/unusualText';

/** 4,000-character C++ names exist; a row shows the beginning, the tooltip a good deal more. */
const LABEL_LENGTH = 120;
const TOOLTIP_LENGTH = 1_000;
const CALLERS_SHOWN = 3;

const UNUSUAL_STACKS_SHOWN = 5;

const NOTHING: Children = { rows: [], more: 0 };

/** What is shown of a recording, and in which order. */
export interface Shown {
  readonly profile: Profile;
  readonly labels: LabelBook;
  /** The most unusual rows first; else the busiest. */
  readonly unusualFirst?: boolean | undefined;
}

/**
 * @param parent id of a row, '' for the processes. A row that is not there has no children.
 * @param limit rows at most
 * @param kept id of one more, wherever it stands
 */
export function childrenOf(shown: Shown, parent: string, limit: number, kept?: string): Children {
  const { profile } = shown;
  const part = { limit, kept };
  if (parent === '') return page(shown, processRows(shown), part);
  const row = parseRowId(parent);
  const process = row && profile.processes[row.process];
  if (!process) return NOTHING;
  if (row.kind === 'process') return page(shown, threadRows(shown, process), part);
  const thread = process.threads.get(row.tid);
  if (!thread) return NOTHING;
  if (row.kind === 'thread') return page(shown, stackRows(shown, thread), part);
  return row.kind === 'stack' ? frameRows(process, thread, row.stack, part) : NOTHING;
}

interface Part {
  readonly limit: number;
  readonly kept: string | undefined;
}

/** Id of the row of a stack, in the thread that ran it most. */
export function rowOf(stack: StackRecord): string {
  const { process } = stack;
  const samples = (thread: ThreadRecord): number => thread.stacks.get(stack) ?? 0;
  const [thread] = [...process.threads.values()].sort((a, b) => samples(b) - samples(a));
  return thread ? stackId(thread, stack) : '';
}

function processId({ index }: ProcessRecord): string {
  return rowId({ kind: 'process', process: index });
}

function threadId({ index }: ProcessRecord, { tid }: ThreadRecord): string {
  return rowId({ kind: 'thread', process: index, tid });
}

function stackId({ tid }: ThreadRecord, { process, id }: StackRecord): string {
  return rowId({ kind: 'stack', process: process.index, tid, stack: id });
}

export function sampleCount(profile: Profile): number {
  return profile.processes.reduce((sum, process) => sum + process.count, 0);
}

/** A row that is made only if it is on the page. */
interface Candidate {
  readonly id: string;
  readonly count: number;
  /** How unusual it is, 0 being not at all. */
  readonly rank: number;
  readonly row: () => Row;
}

function processRows(shown: Shown): Candidate[] {
  const total = sampleCount(shown.profile);
  const busy = shown.profile.processes.filter((process) => process.count > 0);
  return busy.map((process) => ({
    id: processId(process),
    count: process.count,
    rank: highestRank(shown.labels, [...shown.labels.labelledIn(process)]),
    row: () => processRow(shown, process, total),
  }));
}

function processRow({ labels }: Shown, process: ProcessRecord, total: number): Row {
  const unusual = summaryOf(labels, labelledFirst(labels, process));
  return {
    id: processId(process),
    kind: 'process',
    label: printable(process.name) || '?',
    description: describe(unusual, `${process.key}  ${counted(process.count, total)}`),
    tooltip: withReason(processTooltip(process, total), unusual),
    expandable: true,
    tgid: process.tgid,
    ...unusual?.part,
  };
}

function processTooltip(process: ProcessRecord, total: number): string {
  const stacks = countOf(process.stacks.size, 'stack');
  const threads = countOf(process.threads.size, 'thread');
  const title = `${printable(process.name)}, process ${process.key}`;
  return `${title}\n${counted(process.count, total)} in ${stacks} of ${threads}`;
}

function threadRows(shown: Shown, process: ProcessRecord): Candidate[] {
  const total = sampleCount(shown.profile);
  return [...process.threads.values()].map((thread) => ({
    id: threadId(process, thread),
    count: thread.count,
    rank: highestRank(shown.labels, labelledOf(shown.labels, process, thread)),
    row: () => threadRow(shown, process, thread, total),
  }));
}

function threadRow(
  { labels }: Shown,
  process: ProcessRecord,
  thread: ThreadRecord,
  total: number,
): Row {
  const unusual = summaryOf(labels, labelledOf(labels, process, thread));
  const title = `Thread ${thread.tid} of ${printable(process.name)} (${process.key})`;
  const samples = counted(thread.count, total);
  return {
    id: threadId(process, thread),
    kind: 'thread',
    label: `pid ${thread.tid}`,
    description: describe(unusual, samples),
    tooltip: withReason(`${title}\n${samples}`, unusual),
    expandable: true,
    tgid: process.tgid,
    ...unusual?.part,
  };
}

/** The label sits on the stack of the process; a thread has it if it ran the stack. */
function labelledOf(
  labels: LabelBook,
  process: ProcessRecord,
  thread: ThreadRecord,
): StackRecord[] {
  return labelledFirst(labels, process).filter((stack) => thread.stacks.has(stack));
}

function stackRows(shown: Shown, thread: ThreadRecord): Candidate[] {
  const total = sampleCount(shown.profile);
  return [...thread.stacks].map(([stack, count]) => ({
    id: stackId(thread, stack),
    count,
    rank: rank(shown.labels, stack),
    row: () => stackRow(shown, thread, { stack, count }, total),
  }));
}

function stackRow(
  { labels }: Shown,
  thread: ThreadRecord,
  { stack, count }: { stack: StackRecord; count: number },
  total: number,
): Row {
  const { process } = stack;
  const unusual = stackSummary(labels, stack);
  return {
    id: stackId(thread, stack),
    kind: 'stack',
    label: shorten(displayName(stack.frames[0]), LABEL_LENGTH),
    description: describe(unusual, `${counted(count, total)}${callers(stack)}`),
    tooltip: stackTooltip(labels, stack, counted(count, total)),
    expandable: true,
    tgid: process.tgid,
    name: displayName(stack.frames[0]),
    folded: foldedLine(stack, count),
    ...unusual?.part,
  };
}

/** What a row says of its unusual stacks. */
interface Summary {
  /** `8.3×`; where it is over, with when: `was 8.3×`. */
  readonly short: string;
  readonly part: { readonly unusual: Unusual };
}

/** What a process or a pid says of its unusual stacks, the most unusual first. */
function summaryOf(labels: LabelBook, stacks: readonly StackRecord[]): Summary | undefined {
  const [first] = stacks;
  if (!first) return undefined;
  const now = labels.isActive(first);
  const told = stacks.filter((stack) => labels.isActive(stack) === now);
  const lines = told
    .slice(0, UNUSUAL_STACKS_SHOWN)
    .map((stack) => `${stackName(stack)}: ${reasonOf(stack)}`);
  const more = told.length - lines.length;
  const reason = [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
  const count = countOf(told.length, 'stack');
  return { short: now ? count : `was unusual: ${count}`, part: { unusual: { now, reason } } };
}

function stackSummary(labels: LabelBook, stack: StackRecord): Summary | undefined {
  const short = shortLabel(labels, stack);
  if (short === undefined) return undefined;
  return { short, part: { unusual: { now: labels.isActive(stack), reason: reasonOf(stack) } } };
}

/** `unusual 8.3×  280 samples, 49.8 %`, or `was 8.3×  280 samples, 49.8 %`. */
function describe(summary: Summary | undefined, text: string): string {
  if (!summary) return text;
  const { short, part } = summary;
  return `${part.unusual.now ? 'unusual ' : ''}${short}  ${text}`;
}

function withReason(tooltip: string, summary: Summary | undefined): string {
  if (!summary) return tooltip;
  const { now, reason } = summary.part.unusual;
  return `${tooltip}\n${now ? 'Unusual now' : 'Unusual earlier'}:\n${reason}`;
}

function highestRank(labels: LabelBook, stacks: readonly StackRecord[]): number {
  return Math.max(0, ...stacks.map((stack) => rank(labels, stack)));
}

function callers(record: StackRecord): string {
  const names = record.frames.slice(1, 1 + CALLERS_SHOWN).map((frame) => displayName(frame));
  return names.length === 0 ? '' : `  ← ${shorten(names.join(' ← '), LABEL_LENGTH)}`;
}

function stackTooltip(labels: LabelBook, record: StackRecord, samples: string): string {
  const names = record.frames.slice(0, 30).map((frame) => shorten(displayName(frame), 200));
  const rest = record.frames.length > 30 ? [`… ${record.frames.length - 30} more`] : [];
  return [samples, ...labelLines(labels, record), ...names, ...rest].join('\n');
}

function labelLines(labels: LabelBook, stack: StackRecord): string[] {
  if (stack.label !== 1) return [];
  const when = labels.isActive(stack) ? 'Unusual now' : 'Unusual earlier';
  const rates = labels.history(stack);
  const history = rates.length === 0 ? [] : [historyText(rates)];
  return [`${when}: ${reasonOf(stack)}`, ...history];
}

/** Files of stacks have no place for a reason. */
function reasonOf({ reason }: StackRecord): string {
  return reason ?? 'at some time in this recording, as its file says';
}

function frameRows(
  process: ProcessRecord,
  thread: ThreadRecord,
  id: number,
  { limit, kept }: Part,
): Children {
  const record = [...thread.stacks.keys()].find((stack) => stack.id === id);
  if (!record) return NOTHING;
  const addresses = record.addresses();
  const at = { kind: 'frame', process: process.index, tid: thread.tid, stack: id } as const;
  const rows = record.frames.map((frame, depth) => ({
    id: rowId({ ...at, frame: depth }),
    kind: 'frame' as const,
    label: shorten(displayName(frame), LABEL_LENGTH),
    description: moduleName(frame),
    tooltip: frameTooltip(frame, addresses[depth]),
    expandable: false,
    tgid: process.tgid,
    name: displayName(frame),
  }));
  const shown = rows.filter((row, depth) => depth < limit || row.id === kept);
  return { rows: shown, more: rows.length - shown.length };
}

function foldedLine({ frames }: StackRecord, count: number): string {
  const names = frames.map((frame) => displayName(frame).replaceAll(';', ':'));
  return `${names.reverse().join(';')} ${count}`;
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
  return `${countOf(count, 'sample')}, ${share.toFixed(1)} %`;
}

/**
 * The busiest first, or the most unusual; what is equal keeps its order, so that rows do not dance.
 * What is unusual now is on the page in any case.
 */
function page({ unusualFirst }: Shown, all: readonly Candidate[], { limit, kept }: Part): Children {
  const busiest = (a: Candidate, b: Candidate): number => b.count - a.count;
  const sorted = [...all].sort((a, b) =>
    unusualFirst ? b.rank - a.rank || busiest(a, b) : busiest(a, b),
  );
  const shown = sorted.filter(
    ({ id, rank }, index) => index < limit || rank >= RANK_NOW || id === kept,
  );
  return { rows: shown.map(({ row }) => row()), more: sorted.length - shown.length };
}
