/**
 * Work that can be put down and taken up again: reading what a target's files hold takes as long as
 * the target wants, so it goes in steps of some milliseconds. Each step yields the bytes it has read.
 */
import { found, refused, type Outcome } from './outcome';

export type Work<T> = Generator<number, T>;

/** All at once, where nobody waits. */
export function finish<T>(work: Work<T>): T {
  let step = work.next();
  while (!step.done) step = work.next();
  return step.value;
}

/** As `attempt`: what it throws becomes the reason. */
export function* attemptWork<T>(work: Work<T>): Work<Outcome<T>> {
  try {
    return found(yield* work);
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
}
