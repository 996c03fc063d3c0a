/** Runs one input after the other through a target, each made from a seed of its own. */
import { Script } from 'node:vm';
import { mutate } from './mutate';
import { Random } from '../support/random';
import type { Target } from './target';

export interface Finding {
  readonly target: string;
  /** Makes the same input again: `--only TARGET --seed SEED --cases 1`. */
  readonly seed: number;
  readonly problem: string;
  readonly input: Buffer;
}

export interface Outcome {
  readonly cases: number;
  readonly slowest: { readonly seed: number; readonly ms: number };
  readonly finding: Finding | undefined;
}

/** An input is at most 256 KB; a reader that takes longer than this for one hangs. */
const HANGS_AFTER_MS = 5_000;

export interface Budget {
  readonly seed: number;
  readonly seconds: number;
  readonly cases?: number;
}

/** Until the time or the cases are used up, or something is found. */
export function fuzz(target: Target, { seed, seconds, cases = Infinity }: Budget): Outcome {
  const seeds = target.seeds();
  const deadline = performance.now() + seconds * 1000;
  let slowest = { seed, ms: 0 };
  let done = 0;
  for (; done < cases && performance.now() < deadline; done++) {
    const input = inputOf(target, seeds, seed + done);
    const started = performance.now();
    const problem = problemWith(target, input);
    const ms = performance.now() - started;
    if (ms > slowest.ms) slowest = { seed: seed + done, ms };
    if (problem === undefined) continue;
    const finding = { target: target.name, seed: seed + done, problem, input };
    return { cases: done + 1, slowest, finding };
  }
  return { cases: done, slowest, finding: undefined };
}

function inputOf(target: Target, seeds: readonly Buffer[], seed: number): Buffer {
  const random = new Random(seed);
  if (target.invent && random.once(2)) return target.invent(random);
  return mutate(random.pick(seeds), random, target.words);
}

const RUN = new Script('stackCountFuzz()');

/** What is wrong with how the target takes this input; undefined when nothing is. */
export function problemWith(target: Target, input: Buffer): string | undefined {
  Object.assign(globalThis, { stackCountFuzz: () => target.check(input) });
  try {
    // The time limit of a script ends what it calls, too.
    RUN.runInThisContext({ timeout: HANGS_AFTER_MS });
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}
