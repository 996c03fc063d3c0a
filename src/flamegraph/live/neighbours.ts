/**
 * Who calls a function, and what it calls: samples of the stacks in which one stands next to the
 * other. A stack counts once for each neighbour, however often the two stand side by side.
 */
import type { InternedFrame } from '../../core/frame';

export interface Neighbour {
  /** undefined: nobody called it, it is the root of its stacks; or it called nobody, it is the leaf. */
  readonly frame: InternedFrame | undefined;
  readonly count: number;
}

export interface Neighbours {
  /** The most samples first. */
  readonly callers: readonly Neighbour[];
  readonly callees: readonly Neighbour[];
}

type Counted = { readonly frames: readonly InternedFrame[]; readonly count: number };

export function neighboursOf(stacks: Iterable<Counted>, of: InternedFrame): Neighbours {
  const callers = new Map<InternedFrame | undefined, number>();
  const callees = new Map<InternedFrame | undefined, number>();
  for (const { frames, count } of stacks) {
    const places = placesOf(frames, of);
    addTo(
      callers,
      places.map((at) => frames[at + 1]),
      count,
    );
    addTo(
      callees,
      places.map((at) => frames[at - 1]),
      count,
    );
  }
  return { callers: sorted(callers), callees: sorted(callees) };
}

function placesOf(frames: readonly InternedFrame[], of: InternedFrame): number[] {
  const places: number[] = [];
  for (let at = frames.indexOf(of); at >= 0; at = frames.indexOf(of, at + 1)) places.push(at);
  return places;
}

function addTo(
  sums: Map<InternedFrame | undefined, number>,
  found: readonly (InternedFrame | undefined)[],
  count: number,
): void {
  for (const frame of new Set(found)) sums.set(frame, (sums.get(frame) ?? 0) + count);
}

function sorted(sums: Map<InternedFrame | undefined, number>): Neighbour[] {
  return [...sums].map(([frame, count]) => ({ frame, count })).sort((a, b) => b.count - a.count);
}
