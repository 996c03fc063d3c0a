/** What is fuzzed: a reader of bytes from outside, with what to begin from and what must hold. */
import type { Random } from '../support/random';

export interface Target {
  readonly name: string;
  /** Good inputs, to be damaged. */
  seeds(): readonly Buffer[];
  /** Words of the format. */
  readonly words: readonly string[];
  /** Instead of damaging a seed now and then: an input of the target's own making. */
  invent?(random: Random): Buffer;
  /**
   * Reads the input to its end and checks what came of it. An exception is a finding; the errors
   * that a reader is defined to throw are caught in here. Synchronous, so that it can be cut short.
   */
  check(input: Buffer): void;
}
