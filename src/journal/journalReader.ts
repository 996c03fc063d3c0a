/** Reads a journal up to the last whole line: a crash may have torn the one behind it. */
import { isHeader } from '../ticks/captureHeader';
import { isTotals, type Totals } from '../core/accounting';
import { isFrameKind, type InternedFrame } from '../core/frame';
import { Profile, type ProcessRecord, type StackRecord } from '../core/profile';
import type { Label } from '../core/stack';
import { linesOf } from '../formats/lines';
import { headerText, JournalError, type JournalHeader } from './journalFormat';
import type { Recorded } from '../ticks/recorded';

/** A recording as it was at its last tick that is whole. */
export interface RecoveredRecording extends Recorded {
  readonly folder: string | undefined;
}

/** @throws JournalError when not even its first line is one */
export function readJournalHeader(line: string): JournalHeader {
  const header = parse(headerText(line) ?? '');
  if (!isJournalHeader(header)) throw new JournalError('it does not begin as a journal does');
  return header;
}

function isJournalHeader(value: unknown): value is JournalHeader {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, started, folder, header } = value as Partial<JournalHeader>;
  const good = Number.isInteger(pid) && typeof started === 'string' && isHeader(header ?? {});
  return good && (folder === undefined || typeof folder === 'string');
}

/** @throws JournalError */
export function readJournal(bytes: Uint8Array): RecoveredRecording {
  const whole = bytes.subarray(0, bytes.lastIndexOf(10) + 1);
  const [first = '', ...lines] = linesOf(whole);
  const { header, folder } = readJournalHeader(first);
  const reader = new JournalReader();
  for (const line of lines) if (!reader.read(parse(line))) break;
  reader.finish();
  const { profile, totals, seconds } = reader;
  return { header, folder, profile, totals, seconds };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface PlacedFrame {
  readonly frame: InternedFrame;
  readonly address: string;
}

/** A stack as it was described last. */
interface HeldStack {
  readonly process: ProcessRecord;
  placed: readonly PlacedFrame[];
  label: Label;
  reason?: string;
  record?: StackRecord;
}

interface HeldCount {
  readonly stack: HeldStack;
  readonly tid: number;
  count: number;
}

class JournalReader {
  readonly profile = new Profile(Infinity);
  totals: Totals = {
    ...{ fired: 0, recorded: 0, outside: 0, lost: 0 },
    reasons: { collision: 0, stackless: 0, mapFull: 0, unread: 0, renewal: 0 },
  };
  seconds = 0;
  readonly #processes = new Map<number, ProcessRecord>();
  readonly #frames = new Map<number, PlacedFrame>();
  readonly #stacks = new Map<number, HeldStack>();
  /** By stack and thread, in the order they were first sampled in. */
  readonly #counts = new Map<string, HeldCount>();

  /** false: this is no line of a journal, and what follows cannot be trusted. */
  read(line: unknown): boolean {
    if (!Array.isArray(line)) return false;
    const [kind, ...members] = line as unknown[];
    switch (kind) {
      case 'P':
        return this.#process(members);
      case 'F':
        return this.#frame(members);
      case 'S':
        return this.#stack(members);
      case 'R':
        return this.#rename(members);
      case 'L':
        return this.#label(members);
      case 'T':
        return this.#tick(members);
      default:
        return false;
    }
  }

  #process([index, tgid, name]: unknown[]): boolean {
    if (!isNumber(index) || !isNumber(tgid) || typeof name !== 'string') return false;
    const known = this.#processes.get(index);
    if (known) known.name = name;
    else this.#processes.set(index, this.profile.addProcess(tgid, name));
    return true;
  }

  #frame([id, address, symbol, name, module, kind]: unknown[]): boolean {
    const texts = [address, symbol, name, module].filter((text) => typeof text === 'string');
    if (!isNumber(id) || texts.length < 4 || !isFrameKind(kind)) return false;
    const [at = '', ofSymbol = '', shown = '', ofModule = ''] = texts;
    if (!/^[0-9a-f]{1,16}$/.test(at)) return false;
    const frame = { symbol: ofSymbol, name: shown, module: ofModule, kind };
    this.#frames.set(id, { frame: this.profile.frames.intern(frame), address: at });
    return true;
  }

  #stack([id, process, places]: unknown[]): boolean {
    const owner = isNumber(process) ? this.#processes.get(process) : undefined;
    const placed = this.#placed(places);
    if (!isNumber(id) || !owner || !placed) return false;
    this.#stacks.set(id, { process: owner, placed, label: null });
    return true;
  }

  #placed(places: unknown): PlacedFrame[] | undefined {
    if (!Array.isArray(places)) return undefined;
    const placed = places.flatMap((place: number) => this.#frames.get(place) ?? []);
    return placed.length < places.length ? undefined : placed;
  }

  #rename([id, places]: unknown[]): boolean {
    const stack = isNumber(id) ? this.#stacks.get(id) : undefined;
    const placed = this.#placed(places);
    if (!stack || !placed) return false;
    stack.placed = placed;
    return true;
  }

  /** Call when all is read: only then every stack has its last frames. */
  finish(): void {
    for (const { stack, tid, count } of this.#counts.values()) {
      this.profile.add((stack.record ??= this.#record(stack)), tid, count);
    }
  }

  /** Two that have the same frames by now are one. */
  #record({ process, placed, label, reason }: HeldStack): StackRecord {
    const frames = placed.map(({ frame }) => frame);
    const record = this.profile.stack(process, frames);
    const addresses = placed.map(({ address }) => address);
    if (record.count === 0) record.addresses = () => addresses;
    if (label !== null) record.label = Math.max(label, record.label ?? 0) as Label;
    if (reason !== undefined) record.reason = reason;
    return record;
  }

  #label([id, label, reason]: unknown[]): boolean {
    const stack = isNumber(id) ? this.#stacks.get(id) : undefined;
    if (!stack || !(label === null || label === 0 || label === 1)) return false;
    stack.label = label;
    if (typeof reason === 'string' && reason !== '') stack.reason = reason;
    return true;
  }

  #tick([at, totals, added]: unknown[]): boolean {
    if (typeof at !== 'number' || !isTotals(totals) || !Array.isArray(added)) return false;
    if (!added.every((each: unknown) => this.#isAdded(each))) return false;
    const samples = added as [number, number, number][];
    // A damaged number shows: the totals say how many samples there are by now.
    const sum = samples.reduce((total, [, , count]) => total + count, this.totals.recorded);
    if (sum !== totals.recorded) return false;
    for (const each of samples) this.#add(...each);
    this.totals = totals;
    this.seconds = at;
    return true;
  }

  #add(id: number, tid: number, count: number): void {
    const key = `${id}/${tid}`;
    const known = this.#counts.get(key);
    const stack = this.#stacks.get(id);
    if (known) known.count += count;
    else if (stack) this.#counts.set(key, { stack, tid, count });
  }

  #isAdded(each: unknown): boolean {
    if (!Array.isArray(each) || each.length !== 3 || !each.every(isNumber)) return false;
    return this.#stacks.has(each[0] as number);
  }
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
