/**
 * Addresses that wait for their names, process by process. Naming takes as long as the processes
 * want: their files may be huge, and there may be thousands of them. So it goes in slices of a
 * bounded time, and whoever has taken the least of it so far is next. One process can delay its own
 * names, and those of the others by a turn.
 */
import type { ResolvedAddress, Symboliser } from '../symbols/symboliser';
import type { Work } from '../symbols/work';
import type { AskedAddress, LifeKey } from '../ticks/events';

/** What a slice may take; it ends with the step in which one of them is used up. */
export interface Slice {
  readonly milliseconds: number;
  /** Read from files. */
  readonly bytes: number;
}

type Names = Pick<Symboliser, 'startBatch' | 'name' | 'give'>;

export type Named = (key: LifeKey, address: AskedAddress, found: ResolvedAddress) => void;

/** Processes that wait for nothing, of which it is remembered what they have taken. */
const MAX_SERVED = 4_096;

/** How long one process is served before it is the next one's turn. */
const TURN_MS = 10;
/** Files that are read at the same time: each may take some hundred MB of memory. */
const MOST_OPEN = 2;

interface Waiting {
  readonly addresses: Set<AskedAddress>;
  /** Some were not looked at yet. */
  fresh: boolean;
  /** Milliseconds that were spent on it. */
  served: number;
  /** The first of its addresses, if it was begun. */
  work: Work<ResolvedAddress> | undefined;
}

export class NamingQueue {
  readonly #symboliser: Names;
  readonly #named: Named;
  readonly #waiting = new Map<LifeKey, Waiting>();
  /** What those have taken that wait for nothing now. */
  readonly #served = new Map<LifeKey, number>();
  readonly #most: number;
  #size = 0;
  #open = 0;

  /** @param most addresses that wait; further ones are given up */
  constructor(symboliser: Names, named: Named, most: number) {
    this.#symboliser = symboliser;
    this.#named = named;
    this.#most = most;
  }

  /** Addresses that wait. */
  get size(): number {
    return this.#size;
  }

  add(key: LifeKey, asked: readonly AskedAddress[]): void {
    this.#symboliser.startBatch(key);
    const waiting = this.#waiting.get(key) ?? this.#begin(key);
    for (const address of asked) {
      if (waiting.addresses.has(address)) continue;
      if (this.#size >= this.#most) {
        this.#giveUp(key, address);
        continue;
      }
      waiting.addresses.add(address);
      waiting.fresh = true;
      this.#size++;
    }
    if (waiting.addresses.size === 0) this.#waiting.delete(key);
  }

  /** Names what it can. */
  serve(slice: Slice): void {
    const rest = new Rest(slice);
    this.#lookAtFresh(rest.part(slice.milliseconds / 2));
    for (let round = 0; this.#size > 0 && !rest.isOver; round++) {
      const inTurn = [...this.#waiting].sort(([, a], [, b]) => a.served - b.served);
      for (const [key, waiting] of inTurn) {
        if (rest.isOver) return;
        if (waiting.work || this.#open < MOST_OPEN) this.#turn(key, waiting, rest);
        else if (round === 0) this.#glance(key, waiting, rest);
      }
    }
  }

  /** Most of what is new is in memory, and does not wait for those who read files. */
  #lookAtFresh(rest: Rest): void {
    for (const [key, waiting] of this.#waiting) {
      if (rest.isOver) return;
      if (waiting.fresh) this.#glance(key, waiting, rest);
    }
  }

  /** The rest stays without names. */
  giveUpAll(): void {
    for (const [key, { addresses, work }] of this.#waiting) {
      work?.return(undefined as never);
      for (const address of addresses) this.#giveUp(key, address);
    }
    this.#waiting.clear();
    this.#size = 0;
    this.#open = 0;
  }

  #begin(key: LifeKey): Waiting {
    const served = this.#served.get(key) ?? 0;
    const waiting = { addresses: new Set<AskedAddress>(), fresh: false, served, work: undefined };
    this.#served.delete(key);
    this.#waiting.set(key, waiting);
    return waiting;
  }

  /** Reads on, file after file. */
  #turn(key: LifeKey, waiting: Waiting, rest: Rest): void {
    const turn = rest.part(TURN_MS);
    for (const address of waiting.addresses) {
      const found = this.#read(this.#begun(key, address, waiting), turn);
      if (!found) break;
      waiting.work = undefined;
      this.#open--;
      this.#settle(key, address, waiting, found);
      if (turn.isOver) break;
    }
    this.#endTurn(key, waiting, turn);
  }

  /** Only what needs no reading: enough files are being read. */
  #glance(key: LifeKey, waiting: Waiting, rest: Rest): void {
    const turn = rest.part(TURN_MS);
    // What was begun is the first one.
    const addresses = [...waiting.addresses].slice(waiting.work ? 1 : 0);
    waiting.fresh = false;
    for (const address of addresses) {
      const found = this.#look(key, address);
      if (found) this.#settle(key, address, waiting, found);
      if (turn.isOver) break;
    }
    this.#endTurn(key, waiting, turn);
  }

  #endTurn(key: LifeKey, waiting: Waiting, turn: Rest): void {
    waiting.served += turn.spent;
    if (waiting.addresses.size > 0) return;
    this.#waiting.delete(key);
    this.#served.set(key, waiting.served);
    const [oldest] = this.#served.keys();
    if (this.#served.size > MAX_SERVED && oldest !== undefined) this.#served.delete(oldest);
  }

  /** undefined: it takes a file to be read. */
  #look(key: LifeKey, address: AskedAddress): ResolvedAddress | undefined {
    const work = this.#symboliser.name(key, readAsked(address));
    const step = work.next();
    if (step.done) return step.value;
    work.return(undefined as never);
    return undefined;
  }

  #begun(key: LifeKey, address: AskedAddress, waiting: Waiting): Work<ResolvedAddress> {
    if (!waiting.work) this.#open++;
    return (waiting.work ??= this.#symboliser.name(key, readAsked(address)));
  }

  /** undefined: it goes on at the next turn. */
  #read(work: Work<ResolvedAddress>, turn: Rest): ResolvedAddress | undefined {
    for (let step = work.next(); ; step = work.next()) {
      if (step.done) return step.value;
      turn.spend(step.value);
      if (turn.isOver) return undefined;
    }
  }

  #settle(
    key: LifeKey,
    address: AskedAddress,
    { addresses }: Waiting,
    found: ResolvedAddress,
  ): void {
    addresses.delete(address);
    this.#size--;
    this.#named(key, address, found);
  }

  #giveUp(key: LifeKey, address: AskedAddress): void {
    this.#named(key, address, this.#symboliser.give(key, readAsked(address)));
  }
}

/** What is left of a slice, or of a turn in it. */
class Rest {
  readonly #started = performance.now();
  readonly #until: number;
  readonly #whole: Rest | undefined;
  #bytes: number;

  constructor({ milliseconds, bytes }: Slice, whole?: Rest) {
    this.#until = this.#started + milliseconds;
    this.#bytes = bytes;
    this.#whole = whole;
  }

  part(milliseconds: number): Rest {
    return new Rest({ milliseconds, bytes: Infinity }, this);
  }

  spend(bytes: number): void {
    this.#bytes -= bytes;
    this.#whole?.spend(bytes);
  }

  /** Milliseconds since it began. */
  get spent(): number {
    return performance.now() - this.#started;
  }

  get isOver(): boolean {
    if (this.#bytes <= 0 || performance.now() >= this.#until) return true;
    return this.#whole?.isOver === true;
  }
}

/** Without the mark of a return address. */
export function bare(asked: AskedAddress): string {
  return asked.endsWith('-') ? asked.slice(0, -1) : asked;
}

function readAsked(asked: AskedAddress): { address: string; leaf: boolean } {
  return { address: bare(asked), leaf: !asked.endsWith('-') };
}
