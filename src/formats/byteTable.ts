/**
 * Gives equal runs of bytes the same number, without making a string of each: a file of folded
 * stacks has millions of frames and a few thousand different ones.
 */

const FIRST_SLOTS = 1 << 12;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

export class ByteTable {
  readonly #runs: Uint8Array[] = [];
  readonly #hashes: number[] = [];
  /** Open addressing, at most half full: number of the run plus 1, 0 where free. */
  #slots = new Int32Array(FIRST_SLOTS);

  /** From 0, in order of first appearance. */
  number(bytes: Uint8Array, start: number, end: number): number {
    let hash = FNV_OFFSET;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), FNV_PRIME);
    const mask = this.#slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (let known; (known = this.#slots[slot] ?? 0) !== 0; slot = (slot + 1) & mask) {
      const same = this.#hashes[known - 1] === hash;
      if (same && isRun(this.#runs[known - 1], bytes, start, end)) return known - 1;
    }
    return this.#add(bytes.slice(start, end), hash, slot);
  }

  get size(): number {
    return this.#runs.length;
  }

  #add(run: Uint8Array, hash: number, slot: number): number {
    this.#hashes.push(hash);
    this.#slots[slot] = this.#runs.push(run);
    if (2 * this.#runs.length > this.#slots.length) this.#grow();
    return this.#runs.length - 1;
  }

  #grow(): void {
    const mask = 2 * this.#slots.length - 1;
    this.#slots = new Int32Array(mask + 1);
    this.#hashes.forEach((hash, number) => {
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = number + 1;
    });
  }
}

function isRun(
  run: Uint8Array | undefined,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  if (run?.length !== end - start) return false;
  for (let i = 0; i < run.length; i++) if (run[i] !== bytes[start + i]) return false;
  return true;
}
