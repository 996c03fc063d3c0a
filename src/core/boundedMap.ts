/** A map that holds a bounded number of entries: one more drops the entry that was set longest ago. */
export class BoundedMap<Key, Value> {
  readonly #values = new Map<Key, Value>();

  /** @param most entries that are kept */
  constructor(private readonly most: number) {}

  has(key: Key): boolean {
    return this.#values.has(key);
  }

  /** A key that is set again counts as new. */
  set(key: Key, value: Value): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size <= this.most) return;
    const [oldest] = this.#values.keys();
    this.#values.delete(oldest as Key);
  }

  /** Removes an entry and returns its value. */
  take(key: Key): Value | undefined {
    const value = this.#values.get(key);
    this.#values.delete(key);
    return value;
  }
}
