/**
 * What the load monitor prints: one block per stack, with the threads that hit it, and a closing
 * line with the time. Column widths are the ancestor's, because its readers split by them.
 *
 *   ____________________________________________________________
 *   0xffffffff928fced1 update_rq_clock
 *   stackid    count  pid    comm
 *   5          37
 *                     82731  make
 *   __________________________14:03:22__________________________
 */
import { FrameTable } from '../core/frame';
import { printable } from '../core/printable';
import type { CountedStack } from '../core/stack';

const WIDTH = 60;
const HEADER = row('stackid', 'count', 'pid', 'comm');

interface Block {
  id: number;
  count: number;
  /** The entry with the most samples, whose addresses represent the block. */
  main: CountedStack;
  /** Threads by pid and name. */
  readonly threads: Map<string, { readonly tid: number; readonly comm: string }>;
}

/** @param time of day as HH:MM:SS */
export function monitorBlocks(stacks: Iterable<CountedStack>, time: string): string {
  const blocks = merge(stacks).sort((a, b) => a.id - b.id);
  const side = '_'.repeat((WIDTH - time.length) / 2);
  return `${blocks.map(writeBlock).join('')}${side}${time}${side}\n\n`;
}

/** Merges stacks of the same functions into one block, whichever processes had them. */
function merge(stacks: Iterable<CountedStack>): Block[] {
  const functions = new FrameTable();
  const blocks = new Map<string, Block>();
  for (const stack of stacks) {
    const key = stack.frames.map((frame) => functions.intern(frame).id).join(',');
    const block = blocks.get(key);
    if (block) extend(block, stack);
    else blocks.set(key, begin(stack, blocks.size));
  }
  return [...blocks.values()];
}

function begin(stack: CountedStack, position: number): Block {
  const block = { id: idOf(stack, position), count: 0, main: stack, threads: new Map() };
  extend(block, stack);
  return block;
}

/** The lowest id of the merged stacks, which stays the same from report to report. */
function extend(block: Block, stack: CountedStack): void {
  block.id = Math.min(block.id, idOf(stack, block.id));
  block.count += stack.count;
  if (stack.count > block.main.count) block.main = stack;
  const { tid = 0, process } = stack;
  const comm = printable(process?.name ?? '');
  block.threads.set(`${tid} ${comm}`, { tid, comm });
}

function idOf({ id }: CountedStack, otherwise: number): number {
  const number = Number(id);
  return id !== undefined && Number.isSafeInteger(number) ? number : otherwise;
}

function writeBlock({ id, count, main, threads }: Block): string {
  const frames = main.frames.map(({ symbol }, i) => {
    return `0x${(main.addresses?.[i] ?? '0').padStart(6, '0')} ${printable(symbol)}`;
  });
  const rows = [...threads.values()]
    .sort((a, b) => a.tid - b.tid)
    .map(({ tid, comm }) => row('', '', tid, comm));
  // The count line ends with its second column, as the ancestor's.
  const counted = `${String(id).padEnd(10)} ${String(count).padEnd(6)}`;
  return [`${'_'.repeat(WIDTH)}`, ...frames, HEADER, counted, ...rows].join('\n') + '\n';
}

function row(id: string, count: string, pid: string | number, comm: string): string {
  return `${id.padEnd(10)} ${count.padEnd(6)} ${String(pid).padEnd(6)} ${comm.padEnd(16)}`;
}
