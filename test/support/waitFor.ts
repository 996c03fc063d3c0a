/** Waits for what will come, and tells what was seen instead when it does not. */
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';

export interface Patience {
  readonly withinMs?: number;
  readonly everyMs?: number;
}

/**
 * Looks again and again until `enough` says yes to what it sees. An error while looking counts as
 * not yet.
 */
export async function waitFor<Seen>(
  what: string,
  look: () => Seen | Promise<Seen>,
  enough: (seen: Seen) => unknown = Boolean,
  { withinMs = 10_000, everyMs = 50 }: Patience = {},
): Promise<Seen> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const { seen, error } = await lookOnce(look);
    if (!error && enough(seen as Seen)) return seen as Seen;
    if (Date.now() >= deadline) {
      const last = error ? `failed: ${error.message}` : `saw ${inspect(seen, { depth: 6 })}`;
      throw new Error(`${what}: not within ${withinMs / 1000} s; the last look ${last}`);
    }
    await sleep(everyMs);
  }
}

async function lookOnce<Seen>(
  look: () => Seen | Promise<Seen>,
): Promise<{ seen?: Seen; error?: Error }> {
  try {
    return { seen: await look() };
  } catch (error) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }
}
