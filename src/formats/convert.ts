/** Converts one file into another, for `stack-count convert` and the editor's file menu. */
import { CallTree, type Grouping } from '../core/callTree';
import type { CountedStack } from '../core/stack';
import type { Orientation } from '../flamegraph/layout';
import { renderSvg } from '../flamegraph/svg';
import type { Demangle } from './bareFrames';
import { writeBpftrace } from './bpftraceStack';
import { writeFolded } from './folded';
import { FormatError } from './formatError';
import { readStacks } from './readStacks';
import { writeSpeedscope } from './speedscope';

export const TARGETS = ['svg', 'folded', 'speedscope', 'bpftrace'] as const;
export type Target = (typeof TARGETS)[number];

export interface ConvertOptions {
  /** The title inside the result: the name of the file it came from. */
  readonly title?: string;
  /** Levels above the frames, in svg and folded. */
  readonly grouping?: Grouping;
  readonly orientation?: Orientation;
  readonly demangle?: Demangle;
}

/** @throws FormatError when the file is damaged; nothing is ever converted in part */
export function convert(
  bytes: Uint8Array,
  to: Target,
  options: ConvertOptions = {},
): { text: string } {
  try {
    const stacks = readStacks(bytes, options.demangle);
    return { text: [...WRITERS[to](stacks, options)].join('') };
  } catch (error) {
    // V8 throws this when a string or an array would exceed its size limit.
    if (error instanceof RangeError) throw new FormatError('the file is too large to be converted');
    throw error;
  }
}

type Writer = (stacks: Iterable<CountedStack>, options: ConvertOptions) => Iterable<string>;

const UNTITLED = 'call stacks';

const WRITERS: Record<Target, Writer> = {
  svg: (stacks, { title: what = UNTITLED, grouping, orientation = 'icicle' }) => [
    renderSvg(CallTree.of(stacks, grouping), { info: { what }, orientation }),
  ],
  folded: (stacks, { grouping }) => writeFolded(stacks, grouping),
  speedscope: (stacks, { title = UNTITLED }) => writeSpeedscope(stacks, title),
  bpftrace: (stacks) => writeBpftrace(stacks),
};
