/**
 * When the samples of a recording were taken: what each tick added to which stacks, oldest first.
 *
 * A recording may last for days, so its ticks are merged into longer spans: always the shortest
 * two neighbours, the oldest such first, so that the grain stays as fine and even as the bounds
 * allow. No sample is dropped: the counts of all spans add up to what was recorded.
 *
 * Bounds: 2,000 spans (a tick each for the first half hour), and 30,000 pairs of a span and a stack,
 * some 2 MB here and what speedscope reads within seconds. Only a recording of more distinct stacks
 * than that has more pairs, in a single span.
 */

export interface TimelineBounds {
  readonly spans: number;
  /** Pairs of a span and a stack. */
  readonly entries: number;
}

export const TIMELINE_BOUNDS: TimelineBounds = { spans: 2_000, entries: 30_000 };

/** Samples that each stack got meanwhile. */
export interface Span<Stack> {
  /** Those that added any sample. */
  readonly ticks: number;
  readonly counts: ReadonlyMap<Stack, number>;
}

export class Timeline<Stack> {
  readonly #spans: Span<Stack>[] = [];
  #entries = 0;

  constructor(private readonly bounds = TIMELINE_BOUNDS) {}

  /** Oldest first. */
  get spans(): readonly Span<Stack>[] {
    return this.#spans;
  }

  /** What one tick added. */
  add(added: ReadonlyMap<Stack, number>): void {
    if (added.size === 0) return;
    this.#spans.push({ ticks: 1, counts: added });
    this.#entries += added.size;
    while (this.#tooLarge()) this.#mergeWithNext(this.#shortestPair());
  }

  #tooLarge(): boolean {
    const { spans, entries } = this.bounds;
    const { length } = this.#spans;
    return length > 1 && (length > spans || this.#entries > entries);
  }

  /** Index of the older one. */
  #shortestPair(): number {
    let [best, fewest] = [0, Infinity];
    for (let i = 1; i < this.#spans.length; i++) {
      const ticks = this.#ticks(i - 1) + this.#ticks(i);
      if (ticks < fewest) [best, fewest] = [i - 1, ticks];
    }
    return best;
  }

  #ticks(index: number): number {
    return this.#spans[index]?.ticks ?? 0;
  }

  #mergeWithNext(index: number): void {
    const [older, newer] = this.#spans.slice(index, index + 2);
    if (!older || !newer) return;
    const merged = sum(older.counts, newer.counts);
    this.#entries += merged.size - older.counts.size - newer.counts.size;
    const span = { ticks: older.ticks + newer.ticks, counts: merged };
    this.#spans.splice(index, 2, span);
  }
}

/**
 * The spans with each stack as what it is by now: two of them may have become one.
 *
 * @param now of a stack, the one it became; mostly itself
 */
export function spansAsOf<Stack>(
  spans: readonly Span<Stack>[],
  now: (stack: Stack) => Stack,
): Span<Stack>[] {
  return spans.map(({ ticks, counts }) => {
    const sums = new Map<Stack, number>();
    for (const [stack, count] of counts) sums.set(now(stack), (sums.get(now(stack)) ?? 0) + count);
    return { ticks, counts: sums };
  });
}

function sum<Stack>(
  a: ReadonlyMap<Stack, number>,
  b: ReadonlyMap<Stack, number>,
): ReadonlyMap<Stack, number> {
  const counts = new Map(a);
  for (const [stack, count] of b) counts.set(stack, (counts.get(stack) ?? 0) + count);
  return counts;
}
