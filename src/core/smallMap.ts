/**
 * A map that holds its first entry in place. V8 gives a `Map` of one entry some 190 bytes; most
 * processes of a machine that compiles have one thread with one stack, and a recording keeps them
 * all, so that three such maps were half of what a process cost.
 */
export class SmallMap<K, V> implements Iterable<[K, V]> {
  #key: K | undefined;
  #value: V | undefined;
  /** All entries, once there have been two; undefined before, when there is at most the one. */
  #many: Map<K, V> | undefined;
  #holdsOne = false;

  get size(): number {
    return this.#many?.size ?? Number(this.#holdsOne);
  }

  has(key: K): boolean {
    return this.#many ? this.#many.has(key) : this.#isOne(key);
  }

  get(key: K): V | undefined {
    if (this.#many) return this.#many.get(key);
    return this.#isOne(key) ? this.#value : undefined;
  }

  set(key: K, value: V): this {
    if (!this.#many && this.#holdsOne && this.#key !== key) this.#spread();
    if (this.#many) this.#many.set(key, value);
    else this.#setOne(key, value);
    return this;
  }

  delete(key: K): boolean {
    if (this.#many) return this.#many.delete(key);
    if (!this.#isOne(key)) return false;
    this.#key = this.#value = undefined;
    this.#holdsOne = false;
    return true;
  }

  /** In the order in which the keys were first set, as those of a `Map`. */
  [Symbol.iterator](): IterableIterator<[K, V]> {
    if (this.#many) return this.#many[Symbol.iterator]();
    return this.#atMostOne<[K, V]>([this.#key as K, this.#value as V]);
  }

  keys(): IterableIterator<K> {
    return this.#many ? this.#many.keys() : this.#atMostOne(this.#key as K);
  }

  values(): IterableIterator<V> {
    return this.#many ? this.#many.values() : this.#atMostOne(this.#value as V);
  }

  #atMostOne<T>(one: T): IterableIterator<T> {
    return (this.#holdsOne ? [one] : [])[Symbol.iterator]();
  }

  #isOne(key: K): boolean {
    return this.#holdsOne && this.#key === key;
  }

  #setOne(key: K, value: V): void {
    this.#key = key;
    this.#value = value;
    this.#holdsOne = true;
  }

  #spread(): void {
    this.#many = new Map([[this.#key as K, this.#value as V]]);
    this.#key = this.#value = undefined;
  }
}
