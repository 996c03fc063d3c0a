/**
 * A queue that gives the node with the most samples first, and of equals the one nearest to the
 * root, then the one that came first. A binary heap: of millions of nodes a few thousand are wanted.
 */

export interface Queued {
  readonly node: number;
  readonly row: number;
  readonly total: number;
}

export class LargestFirst {
  /** Entries by arrival; the heap holds their positions, each before the two at 2i+1 and 2i+2. */
  readonly #entries: Queued[] = [];
  readonly #heap: number[] = [];

  push(entry: Queued): void {
    let at = this.#heap.push(this.#entries.push(entry) - 1) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  pop(): Queued | undefined {
    const last = this.#heap.length - 1;
    if (last < 0) return undefined;
    this.#swap(0, last);
    const first = this.#entries[this.#heap.pop() ?? 0];
    this.#sink();
    return first;
  }

  #sink(): void {
    for (let at = 0; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      if (left >= this.#heap.length) return;
      const next = right < this.#heap.length && this.#isBefore(right, left) ? right : left;
      if (!this.#isBefore(next, at)) return;
      this.#swap(next, at);
      at = next;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [first, second] = [this.#heap[a] ?? 0, this.#heap[b] ?? 0];
    const [one, other] = [this.#entries[first] as Queued, this.#entries[second] as Queued];
    if (one.total !== other.total) return one.total > other.total;
    return one.row !== other.row ? one.row < other.row : first < second;
  }

  #swap(a: number, b: number): void {
    const held = this.#heap[a] ?? 0;
    this.#heap[a] = this.#heap[b] ?? 0;
    this.#heap[b] = held;
  }
}
