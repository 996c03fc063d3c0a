/**
 * Samples by function: self, where it was the leaf, and total, where it was anywhere in the stack.
 * A recursive function counts once per sample. Kept up to date by adding, never by counting anew.
 */
import type { InternedFrame } from '../../core/frame';

export interface FunctionRow {
  readonly frame: InternedFrame;
  self: number;
  total: number;
}

export class FunctionTotals {
  readonly #rows = new Map<InternedFrame, FunctionRow>();
  #samples = 0;

  /** @param frames leaf first */
  add(frames: readonly InternedFrame[], count: number): void {
    this.#samples += count;
    const [leaf] = frames;
    if (leaf) this.#row(leaf).self += count;
    for (const frame of new Set(frames)) this.#row(frame).total += count;
  }

  get samples(): number {
    return this.#samples;
  }

  get rows(): readonly FunctionRow[] {
    return [...this.#rows.values()];
  }

  of(frame: InternedFrame): FunctionRow | undefined {
    return this.#rows.get(frame);
  }

  #row(frame: InternedFrame): FunctionRow {
    const known = this.#rows.get(frame);
    if (known) return known;
    const row = { frame, self: 0, total: 0 };
    this.#rows.set(frame, row);
    return row;
  }
}

export const SORT_KEYS = ['name', 'module', 'self', 'total'] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export interface Sorting {
  readonly by: SortKey;
  readonly descending: boolean;
}

/** Those that pass, in order; equal ones by name, so that rows do not dance. */
export function sortedRows(
  rows: readonly FunctionRow[],
  { by, descending }: Sorting,
  passes: (frame: InternedFrame) => boolean,
): FunctionRow[] {
  const direction = descending ? -1 : 1;
  return rows
    .filter(({ frame, total }) => total > 0 && passes(frame))
    .sort((a, b) => direction * compareBy(by, a, b) || compareText(a.frame.name, b.frame.name));
}

function compareBy(by: SortKey, a: FunctionRow, b: FunctionRow): number {
  if (by === 'self' || by === 'total') return a[by] - b[by];
  return compareText(a.frame[by], b.frame[by]);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
