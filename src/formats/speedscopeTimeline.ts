/**
 * A recording for speedscope in the order of time: span after span of its timeline, and within
 * one, where the order is not known, by the names of the frames. See speedscope.ts for the format.
 *
 * Weights are samples, not seconds, so that what speedscope calls the total is the recording's.
 *
 * 50,000 samples may be 15 MB of text, so the document comes in pieces: between two of them the
 * engine can read what bpftrace says.
 */
import { processTitle } from '../core/callTree';
import { printable } from '../core/printable';
import type { ProcessRef } from '../core/stack';
import type { Span } from '../core/timeline';
import { documentHead } from './speedscope';
import { StackTable, type PlacedStack, type RecordedStack, type Sample } from './speedscopeStacks';

const SAMPLES_IN_A_PIECE = 1_000;

/** In pieces. The spans must not change meanwhile; those of a Timeline never do. */
export function* writeTimeline(
  spans: readonly Pick<Span<RecordedStack>, 'counts'>[],
  title: string,
): Generator<string> {
  const table = new StackTable(spans.map(({ counts }) => counts));
  const samples = spans.flatMap((span) => table.inOrder(span.counts));
  const processes = byProcess(samples);
  yield `${documentHead(title)},"profiles":[`;
  yield* profile('all processes', samples, (stack) => withProcess(stack, table));
  for (const [process, own] of processes) {
    yield ',';
    yield* profile(printable(processTitle(process)), own, ({ text }) => text);
  }
  yield `],"shared":{"frames":${JSON.stringify(table.frames)}}}\n`;
}

/** The busiest first. */
function byProcess(samples: readonly Sample[]): [ProcessRef, readonly Sample[]][] {
  const found = new Map<ProcessRef, Sample[]>();
  for (const sample of samples) {
    const own = found.get(sample.stack.process);
    if (own) own.push(sample);
    else found.set(sample.stack.process, [sample]);
  }
  const list = [...found].map(([process, own]) => ({ process, own, total: totalOf(own) }));
  return list
    .sort((a, b) => b.total - a.total)
    .map(({ process, own }): [ProcessRef, readonly Sample[]] => [process, own]);
}

function* profile(
  name: string,
  samples: readonly Sample[],
  text: (stack: PlacedStack) => string,
): Generator<string> {
  const head = { type: 'sampled', name, unit: 'none', startValue: 0, endValue: totalOf(samples) };
  yield `${JSON.stringify(head).slice(0, -1)},"samples":[`;
  yield* joined(samples, ({ stack }) => `[${text(stack)}]`);
  yield '],"weights":[';
  yield* joined(samples, ({ count }) => String(count));
  yield ']}';
}

function* joined(samples: readonly Sample[], text: (sample: Sample) => string): Generator<string> {
  for (let i = 0; i < samples.length; i += SAMPLES_IN_A_PIECE) {
    const piece = samples.slice(i, i + SAMPLES_IN_A_PIECE).map(text);
    yield `${i === 0 ? '' : ','}${piece.join(',')}`;
  }
}

function totalOf(samples: readonly Sample[]): number {
  return samples.reduce((sum, { count }) => sum + count, 0);
}

/** In the profile of all processes its process is a stack's first frame. */
function withProcess({ process, text }: PlacedStack, table: StackTable): string {
  const first = table.processFrame(process);
  return text === '' ? String(first) : `${first},${text}`;
}
