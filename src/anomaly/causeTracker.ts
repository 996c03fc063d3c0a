/** Follows causes from window to window: a storm of them becomes one, and each keeps its id. */
import { BoundedMap } from '../core/boundedMap';
import { mergeCauses, type Cause } from './causes';

/** A cause that can be recognised in the next window. */
export interface TrackedCause extends Cause {
  /** Stays the same while the cause lasts, and is no other cause's. */
  readonly id: string;
}

interface Seen {
  readonly id: string;
  /** Keys of its stacks. */
  readonly keys: ReadonlySet<number>;
}

/** If more causes than this begin in one window, they have one cause: a deployment, for one. */
const STORM = 20;
/** Storms that are remembered. */
const MOST_STORMS = 100;

export class CauseTracker {
  /** A storm stays one, or its parts would be reported when some of them are over. */
  readonly #storms = new BoundedMap<string, true>(MOST_STORMS);
  #before: ReadonlyMap<string, Seen> = new Map();

  /** @param causes of the next window */
  track(causes: readonly Cause[]): TrackedCause[] {
    const tracked = this.#mergeStorms(causes).map((cause) => ({ ...cause, id: this.#idOf(cause) }));
    this.#before = new Map(tracked.map((cause) => [lineOf(cause), seen(cause)]));
    return tracked;
  }

  /** Causes of one direction that began in the same window are merged where they are a storm. */
  #mergeStorms(causes: readonly Cause[]): Cause[] {
    const together = new Map<string, Cause[]>();
    for (const cause of causes) {
      const key = `${cause.direction} ${cause.since}`;
      const others = together.get(key);
      if (others) others.push(cause);
      else together.set(key, [cause]);
    }
    return [...together].flatMap(([key, same]) => {
      if (same.length > STORM) this.#storms.set(key, true);
      return this.#storms.has(key) ? [mergeCauses(same)] : same;
    });
  }

  /** A cause that goes on with some of its stacks is the same, though the first of them are over. */
  #idOf(cause: Cause): string {
    const before = this.#before.get(lineOf(cause));
    const goesOn = before && cause.stacks.some(({ key }) => before.keys.has(key));
    return goesOn ? before.id : `${lineOf(cause)} since ${cause.since}`;
  }
}

/** There is one such cause in a window. */
function lineOf({ owner, direction }: Cause): string {
  return `${owner} ${direction}`;
}

function seen({ id, stacks }: TrackedCause): Seen {
  return { id, keys: new Set(stacks.map(({ key }) => key)) };
}
