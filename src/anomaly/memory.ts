/** What is remembered of much that comes and goes: up to a bound, the oldest is forgotten first. */
export class Memory<Key, Value> {
  readonly #values = new Map<Key, Value>();

  /** @param most entries that are kept */
  constructor(private readonly most: number) {}

  has(key: Key): boolean {
    return this.#values.has(key);
  }

  put(key: Key, value: Value): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size <= this.most) return;
    const [oldest] = this.#values.keys();
    this.#values.delete(oldest as Key);
  }

  /** Gives back what is remembered, and forgets it. */
  take(key: Key): Value | undefined {
    const value = this.#values.get(key);
    this.#values.delete(key);
    return value;
  }
}
