/**
 * Which of many ranges an address is in. Ranges may overlap, as nested symbols and reused JIT
 * memory do: they are cut into pieces beforehand, so that looking up is one binary search in two
 * typed arrays however strange the input was.
 */

export class Intervals {
  /** Ascending; `owners[i]` has what lies from `bounds[i]` up to `bounds[i + 1]`. */
  readonly #bounds: Float64Array;
  readonly #owners: Int32Array;

  constructor(bounds: Float64Array, owners: Int32Array) {
    this.#bounds = bounds;
    this.#owners = owners;
  }

  /** Index of the range that holds `address`, or -1. */
  find(address: number): number {
    const piece = upperBound(this.#bounds, address) - 1;
    return this.#owners[piece] ?? -1;
  }

  get byteLength(): number {
    return this.#bounds.byteLength + this.#owners.byteLength;
  }
}

/**
 * `starts[i]` to before `ends[i]`, end after start, starts ascending and unique. Where two overlap,
 * the later one has it: the inner of two that are nested. Linear: this is for 100,000 symbols.
 */
export function layAscending(starts: Float64Array, ends: Float64Array): Intervals {
  const sweep = new Sweep(ends);
  for (let range = 0; range < starts.length; range++) sweep.begin(range, starts[range]!);
  return sweep.finish();
}

class Sweep {
  readonly #ends: Float64Array;
  readonly #bounds: Float64Array;
  readonly #owners: Int32Array;
  #count = 0;
  /** The ranges that have begun and not ended, the innermost last. */
  readonly #open: number[] = [];

  constructor(ends: Float64Array) {
    this.#ends = ends;
    this.#bounds = new Float64Array(2 * ends.length);
    this.#owners = new Int32Array(2 * ends.length);
  }

  begin(range: number, start: number): void {
    this.#endUpTo(start);
    this.#mark(start, range);
    this.#open.push(range);
  }

  finish(): Intervals {
    this.#endUpTo(Infinity);
    return new Intervals(this.#bounds.slice(0, this.#count), this.#owners.slice(0, this.#count));
  }

  /** Where an inner range ends, the one around it goes on, unless that ended before. */
  #endUpTo(limit: number): void {
    for (let end = this.#innerEnd(); end <= limit; end = this.#innerEnd()) {
      while (this.#innerEnd() <= end) this.#open.pop();
      this.#mark(end, this.#open.at(-1) ?? -1);
    }
  }

  #innerEnd(): number {
    const inner = this.#open.at(-1);
    return inner === undefined ? NaN : this.#ends[inner]!;
  }

  #mark(bound: number, owner: number): void {
    if (this.#bounds[this.#count - 1] === bound) this.#count--;
    this.#bounds[this.#count] = bound;
    this.#owners[this.#count++] = owner;
  }
}

/** The same for ranges in any order. Where two overlap, the one later in the list has it. */
export function layIntervals(starts: ArrayLike<number>, ends: ArrayLike<number>): Intervals {
  const bounds = sortedUnique(starts, ends);
  const owners = new Int32Array(bounds.length).fill(-1);
  const free = new Int32Array(bounds.length + 1).map((_, piece) => piece);
  for (let range = starts.length - 1; range >= 0; range--) {
    const end = upperBound(bounds, ends[range]!) - 1;
    let piece = nextFree(free, upperBound(bounds, starts[range]!) - 1);
    while (piece < end) {
      owners[piece] = range;
      free[piece] = piece + 1;
      piece = nextFree(free, piece + 1);
    }
  }
  return new Intervals(bounds, owners);
}

/**
 * The first piece from `piece` on that nobody has. `free` points from a taken piece towards it, and
 * is shortened on the way: the whole laying stays near linear (union-find with path halving).
 */
function nextFree(free: Int32Array, piece: number): number {
  let at = piece;
  while (free[at] !== at) {
    const next = free[free[at]!]!;
    free[at] = next;
    at = next;
  }
  return at;
}

function sortedUnique(starts: ArrayLike<number>, ends: ArrayLike<number>): Float64Array {
  const all = new Float64Array(starts.length + ends.length);
  all.set(starts);
  all.set(ends, starts.length);
  all.sort();
  let kept = 0;
  for (let i = 0; i < all.length; i++) {
    if (kept === 0 || all[i] !== all[kept - 1]) all[kept++] = all[i]!;
  }
  return all.slice(0, kept);
}

/** How many of the sorted `values` are at most `limit`. */
function upperBound(values: Float64Array, limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
