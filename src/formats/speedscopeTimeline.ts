/**
 * A recording for speedscope in time order: the spans of its timeline one after another. Within a
 * span the order is unknown, so samples are sorted by the names of their frames. speedscope.ts
 * describes the format.
 *
 * Weights are samples, not seconds, so that speedscope's total is the recording's.
 *
 * 50,000 samples may be 15 MB of text, so the document comes in pieces: between two of them the
 * engine can read the output of bpftrace.
 */
import { processTitle } from '../core/callTree';
import { printable } from '../core/printable';
import type { ProcessRef } from '../core/stack';
import type { Span } from '../core/timeline';
import { documentHead } from './speedscope';
import { StackTable, type PlacedStack, type RecordedStack, type Sample } from './speedscopeStacks';

const SAMPLES_IN_A_PIECE = 1_000;

/** The document in pieces. The spans must not change meanwhile; those of a Timeline never do. */
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

/** The samples of each process, the busiest process first. */
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

/** The text of a stack in the profile of all processes, where its process is the first frame. */
function withProcess({ process, text }: PlacedStack, table: StackTable): string {
  const first = table.processFrame(process);
  return text === '' ? String(first) : `${first},${text}`;
}
