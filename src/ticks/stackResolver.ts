/**
 * From printed stacks to function-level ones: keeps what is known of each process's addresses, says
 * what must still be asked, and remembers which printed stack became which record, so that each one
 * is taken apart once.
 *
 * An address that was asked and not answered is named later. Until then it is a frame that stands
 * for itself alone; with its name that frame is replaced in the stacks that were counted, and those
 * that are one then are merged.
 */
import { BoundedMap } from '../core/boundedMap';
import { KERNEL_MODULE, UNKNOWN_SYMBOL, type InternedFrame } from '../core/frame';
import { survivorOf, type ProcessRecord, type Profile, type StackRecord } from '../core/profile';
import type { StackEntry } from './bpftraceOutput';
import { lifeKey, type Answers, type AskedAddress, type LifeKey, type TickRequest } from './events';
import { PrintedStackReader, type PrintedStack, type StackParts } from './printedStack';
import { hashOf } from './textHash';

/** Announced processes that are waited for; a name that was dropped is asked for. */
const MAX_ANNOUNCED = 16_384;

/** Printed stacks remembered over all processes; beyond that they are taken apart again. */
const MAX_RAW_STACKS = 150_000;

/** Addresses remembered over all processes, some 50 MB; beyond that they are asked again. */
const MAX_SYMBOLS = 500_000;

/**
 * What is known of a process is forgotten when it was in no tick for so long: on a machine that
 * compiles all day most have ended. One that comes back is asked about again.
 */
const IDLE_TICKS = 60;

/** An address that nothing explained is asked again this many ticks later, then no more. */
const RETRY_AFTER_TICKS = [1, 2, 4, 8, 16];

/** An entry on its way to be counted: each is hashed once, and taken apart once if it is new. */
export interface PendingEntry {
  readonly entry: StackEntry;
  readonly key: LifeKey;
  readonly hash: number;
  printed: PrintedStack | undefined;
}

interface RawStack {
  record: StackRecord;
  count: number;
  /** All its addresses are explained, or given up: the record stays. */
  settled: boolean;
}

interface Retry {
  attempts: number;
  due: number;
}

/** What is known of a process that was sampled lately. */
interface Life {
  readonly record: ProcessRecord;
  /** The last tick it was in. */
  tick: number;
  readonly symbols: Map<AskedAddress, InternedFrame>;
  readonly retries: Map<AskedAddress, Retry>;
  /** Addresses whose names are late, and the frames that stand for them. */
  readonly late: Map<AskedAddress, InternedFrame>;
  /**
   * By the hash of the printed stack: the text itself has some 2 KB, and there are very many. Two of
   * 150,000 have the same hash in one of 25,000 recordings that are as full as that.
   */
  rawStacks: Map<number, RawStack>;
}

export class StackResolver {
  /** Those that were sampled lately, the latest last. */
  readonly #lives = new Map<LifeKey, Life>();
  /** Those of all. */
  readonly #records = new Map<LifeKey, ProcessRecord>();
  /** Names of processes that no stack was counted for yet; some never have one. */
  readonly #announced = new BoundedMap<LifeKey, string>(MAX_ANNOUNCED);
  readonly #best = new WeakMap<StackRecord, RawStack>();
  readonly #unknown: InternedFrame;
  readonly #kernel = new Map<string, InternedFrame>();
  readonly #reader: PrintedStackReader;
  #rawStacks = 0;
  #symbols = 0;
  #tick = 0;

  constructor(
    private readonly profile: Profile,
    private readonly parts: StackParts,
  ) {
    this.#reader = new PrintedStackReader(parts);
    const unknown = { symbol: UNKNOWN_SYMBOL, name: UNKNOWN_SYMBOL, module: '', kind: 'unknown' };
    this.#unknown = profile.frames.intern({ ...unknown, kind: 'unknown' });
  }

  /** A process announced again may have changed its name: the last one stands. */
  announce(key: LifeKey, name: string): void {
    const record = this.#records.get(key);
    if (record) record.name = name;
    else this.#announced.set(key, name);
  }

  pendingEntry(entry: StackEntry): PendingEntry {
    const key = lifeKey(entry.tgid, entry.life);
    return { entry, key, hash: hashOf(entry.stack), printed: undefined };
  }

  /** Every process of these has said its name and its mappings. */
  knowsAll(pending: readonly PendingEntry[]): boolean {
    return pending.every(({ key }) => this.#isNamed(key));
  }

  /** What has to be asked before these can be counted; undefined when nothing has. */
  missing(pending: readonly PendingEntry[], tick: number): TickRequest | undefined {
    this.#tick = tick;
    this.#forgetIdle();
    const names = new Set<LifeKey>();
    const addresses = new Map<LifeKey, Set<AskedAddress>>();
    for (const pendingEntry of pending) {
      const { key } = pendingEntry;
      const life = this.#lives.get(key);
      // Also one that is asked nothing now: the tick may be counted when the next ones have come.
      if (life) this.#touch(key, life);
      if (!this.#isNamed(key)) names.add(key);
      for (const asked of this.#toAsk(pendingEntry, life, tick)) {
        let list = addresses.get(key);
        if (!list) addresses.set(key, (list = new Set()));
        list.add(asked);
      }
    }
    if (names.size === 0 && addresses.size === 0) return undefined;
    const lists = [...addresses].map(([key, list]) => [key, [...list]] as const);
    return { tick, names: [...names], addresses: new Map(lists) };
  }

  #toAsk(pendingEntry: PendingEntry, life: Life | undefined, tick: number): AskedAddress[] {
    if (this.parts === 'kernel' || life?.rawStacks.get(pendingEntry.hash)?.settled) return [];
    const asked = askedAddresses(this.#printed(pendingEntry));
    if (!life) return asked;
    return asked.filter((address) => {
      const retry = life.retries.get(address);
      // What is late is asked again, too: should an answer ever get lost, that is no end of it.
      return retry ? retry.due <= tick : !life.symbols.has(address);
    });
  }

  #printed(pendingEntry: PendingEntry): PrintedStack {
    return (pendingEntry.printed ??= this.#reader.read(pendingEntry.entry.stack));
  }

  /** @returns stacks that turned out to be others, now that they have their names */
  learn(answers: Answers): ReadonlyMap<StackRecord, StackRecord> {
    const merged = new Map<StackRecord, StackRecord>();
    const frames = answers.frames.map(([symbol, name, module, kind]) =>
      this.profile.frames.intern({ symbol, name, module, kind }),
    );
    for (const [key, name] of Object.entries(answers.names)) this.announce(key, name);
    for (const [key, symbols] of Object.entries(answers.symbols)) {
      const life = this.#life(key);
      const replaced = new Map<InternedFrame, InternedFrame>();
      for (const [asked, index] of Object.entries(symbols)) {
        const frame = frames[index] ?? this.#unknown;
        this.#learnOne(life, asked, frame, answers.tick);
        const stood = life.late.get(asked);
        if (stood) replaced.set(stood, frame);
        life.late.delete(asked);
      }
      if (replaced.size > 0) this.#replace(life, replaced, merged);
    }
    return merged;
  }

  /** The recording is over: what has no name yet is unknown for good. */
  giveUp(): ReadonlyMap<StackRecord, StackRecord> {
    const merged = new Map<StackRecord, StackRecord>();
    for (const life of this.#lives.values()) {
      const replaced = new Map([...life.late.values()].map((frame) => [frame, this.#unknown]));
      life.late.clear();
      if (replaced.size > 0) this.#replace(life, replaced, merged);
    }
    return merged;
  }

  #replace(
    { record }: Life,
    names: ReadonlyMap<InternedFrame, InternedFrame>,
    merged: Map<StackRecord, StackRecord>,
  ): void {
    for (const [stack, into] of this.profile.replaceFrames(record, names)) {
      merged.set(stack, into);
      this.#takeBest(stack, into);
    }
  }

  /** The addresses are those of whichever raw stack was sampled more. */
  #takeBest(stack: StackRecord, into: StackRecord): void {
    const best = this.#best.get(stack);
    if (!best || best.count <= (this.#best.get(into)?.count ?? 0)) return;
    this.#best.set(into, best);
    into.addresses = stack.addresses;
  }

  /**
   * A process can put any addresses it likes on its stack. Only while no tick waits for an answer:
   * what that tick did not ask for is known.
   */
  tidy(): void {
    if (this.#symbols <= MAX_SYMBOLS) return;
    for (const { symbols, retries } of this.#lives.values()) {
      symbols.clear();
      retries.clear();
    }
    this.#symbols = 0;
  }

  #learnOne(life: Life, asked: AskedAddress, frame: InternedFrame, tick: number): void {
    if (!life.symbols.has(asked)) this.#symbols++;
    life.symbols.set(asked, frame);
    if (frame.kind !== 'unknown') {
      life.retries.delete(asked);
      return;
    }
    const attempts = life.retries.get(asked)?.attempts ?? 0;
    const wait = RETRY_AFTER_TICKS[attempts];
    const due = wait === undefined ? Infinity : tick + wait;
    life.retries.set(asked, { attempts: attempts + 1, due });
  }

  /** The function-level stack of an entry; undefined when it has no stack at all. */
  record(pendingEntry: PendingEntry): StackRecord | undefined {
    const { key, hash } = pendingEntry;
    const life = this.#life(key);
    const known = life.rawStacks.get(hash);
    if (known?.settled) return this.#sampled(known, pendingEntry);
    const printed = this.#printed(pendingEntry);
    if (printed.kernel.length + printed.user.length === 0) return undefined;
    const asked = askedAddresses(printed);
    const record = this.profile.stack(life.record, this.#frames(life, printed, asked));
    const settled = this.#settled(life, asked);
    const goesOn = known && survivorOf(known.record) === record;
    const raw = { record, settled, count: goesOn ? known.count : 0 };
    this.#remember(life, hash, raw);
    return this.#sampled(raw, pendingEntry);
  }

  /** Counts the raw stack; the one sampled most gives the record its addresses. */
  #sampled(raw: RawStack, pendingEntry: PendingEntry): StackRecord {
    raw.count += pendingEntry.entry.count;
    const { record } = raw;
    // It stands for many, and so at no address.
    if (this.profile.isOther(record)) return record;
    const best = this.#best.get(record);
    if (best === raw) return record;
    if (!best || raw.count > best.count) {
      this.#best.set(record, raw);
      // One short text: an array of them would take twice the memory, and few are ever read.
      const addresses = addressesOf(this.#printed(pendingEntry));
      record.addresses = () => addresses.split(' ');
    }
    return record;
  }

  #remember(life: Life, hash: number, raw: RawStack): void {
    if (!life.rawStacks.has(hash) && ++this.#rawStacks > MAX_RAW_STACKS) this.#forgetRawStacks();
    life.rawStacks.set(hash, raw);
  }

  #forgetRawStacks(): void {
    for (const life of this.#lives.values()) life.rawStacks = new Map();
    this.#rawStacks = 1;
  }

  #settled(life: Life, asked: readonly AskedAddress[]): boolean {
    return asked.every(
      (address) =>
        life.symbols.has(address) && (life.retries.get(address)?.due ?? Infinity) === Infinity,
    );
  }

  #frames(life: Life, { kernel }: PrintedStack, asked: readonly AskedAddress[]): InternedFrame[] {
    const frames = kernel.map(({ symbol }) => this.#kernelFrame(symbol));
    for (const one of asked) frames.push(life.symbols.get(one) ?? this.#lateFrame(life, one));
    return frames;
  }

  #lateFrame(life: Life, asked: AskedAddress): InternedFrame {
    const known = life.late.get(asked);
    if (known) return known;
    const frame = this.profile.frames.single(this.#unknown);
    life.late.set(asked, frame);
    return frame;
  }

  #kernelFrame(symbol: string): InternedFrame {
    const known = this.#kernel.get(symbol);
    if (known) return known;
    const names = { symbol, name: symbol, module: KERNEL_MODULE };
    const frame = this.profile.frames.intern({ ...names, kind: 'kernel' });
    this.#kernel.set(symbol, frame);
    return frame;
  }

  #isNamed(key: LifeKey): boolean {
    return this.#records.has(key) || this.#announced.has(key);
  }

  #life(key: LifeKey): Life {
    const life = this.#lives.get(key) ?? this.#newLife(key);
    this.#touch(key, life);
    return life;
  }

  #touch(key: LifeKey, life: Life): void {
    if (life.tick === this.#tick) return;
    life.tick = this.#tick;
    this.#lives.delete(key);
    this.#lives.set(key, life);
  }

  #newLife(key: LifeKey): Life {
    const record = this.#records.get(key) ?? this.#newRecord(key);
    return {
      record,
      tick: -1,
      symbols: new Map(),
      retries: new Map(),
      late: new Map(),
      rawStacks: new Map(),
    };
  }

  #newRecord(key: LifeKey): ProcessRecord {
    const tgid = Number(key.slice(0, key.indexOf(':')));
    const record = this.profile.addProcess(tgid, this.#announced.take(key) ?? UNKNOWN_SYMBOL);
    this.#records.set(key, record);
    return record;
  }

  #forgetIdle(): void {
    for (const [key, life] of this.#lives) {
      if (life.tick >= this.#tick - IDLE_TICKS) return;
      // What is known of it is needed when its names come.
      if (life.late.size > 0) continue;
      this.#rawStacks -= life.rawStacks.size;
      this.#symbols -= life.symbols.size;
      this.#lives.delete(key);
    }
  }
}

/** The first user frame is where the CPU was; the others are where calls return to. */
function askedAddresses({ user }: PrintedStack): AskedAddress[] {
  return user.map(({ address, returning }, depth) => (depth === 0 ? address : returning));
}

function addressesOf({ kernel, user }: PrintedStack): string {
  return [...kernel, ...user].map(({ address }) => address).join(' ');
}
