/**
 * Chance that repeats: a seeded generator, and a way to lend it to code that knows only
 * `Math.random`. Labels must be the same for the same recording on every machine.
 */

export type Random = () => number;

/**
 * Numbers in [0, 1), the same for the same seed everywhere: integer arithmetic only.
 * The generator is mulberry32 (Tommy Ettinger, 2017, public domain).
 * @param seed taken modulo 2^32
 */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Runs `work` with `Math.random` replaced, and puts it back whatever happens. */
export function withMathRandom<Result>(random: Random, work: () => Result): Result {
  const original = Math.random;
  Math.random = random;
  try {
    return work();
  } finally {
    Math.random = original;
  }
}

/** `size` of the items, all different, in random order; all of them if there are no more. */
export function sample<Item>(items: readonly Item[], size: number, random: Random): Item[] {
  const drawn = [...items];
  const wanted = Math.min(size, drawn.length);
  for (let i = 0; i < wanted; i++) {
    const j = i + Math.floor(random() * (drawn.length - i));
    const chosen = drawn[j] as Item;
    drawn[j] = drawn[i] as Item;
    drawn[i] = chosen;
  }
  drawn.length = wanted;
  return drawn;
}
