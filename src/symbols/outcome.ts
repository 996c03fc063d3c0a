/**
 * A result, or why there is none. What a target's files hold is never an exception here: half a
 * symbol table is a fact about that file, to be told to the user, and the next file goes on.
 */

export type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

export function found<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function refused(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}

/** Runs `action` and turns what it throws, expected or not, into the reason. */
export function attempt<T>(action: () => T): Outcome<T> {
  try {
    return found(action());
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
}
