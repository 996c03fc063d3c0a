/**
 * Finds the names a tick asks for: symbols of user addresses, and names of processes that were
 * never announced. The only part of a recording that looks at other processes' files.
 *
 * A tick waits for it no longer than a slice: what is not named by then is late, and comes by
 * itself (`more`), for no tick waits for it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { UNKNOWN_SYMBOL } from '../core/frame';
import { Symboliser } from '../symbols/symboliser';
import { AnswerBook, LongNames } from './answerBook';
import type { Answers, AskedAddress, LifeKey, TickRequest } from '../ticks/events';
import { bare, NamingQueue, type Slice } from './namingQueue';

const MAX_WAIT_TICKS = 64;
/** Processes asked for their mappings in one tick. */
const MAX_QUESTIONS = 16;
/** Processes remembered before it is looked at which of them have ended. */
const MIN_REMEMBERED = 4_096;
/** Addresses that wait for their names: some 10 MB. */
const MAX_LATE = 100_000;

/** What a tick waits for, and what the late names take at a time. */
export const SLICE: Slice = { milliseconds: 100, bytes: 64 * 2 ** 20 };

/** The last life seen of a pid: only that one can still be asked about. */
interface LatestLife {
  readonly key: LifeKey;
  /** When it may be asked for its mappings again, in ticks. */
  wait: number;
  due: number;
}

/** Asks the helper for the mappings of a pid; undefined when they do not come. */
export type AskMaps = (tgid: number) => Promise<string | undefined>;

export class SymbolRequests {
  readonly #notices: string[] = [];
  readonly #symboliser = new Symboliser({
    onMappingsDropped: (bytes) => this.#notices.push(droppedText(bytes)),
  });
  readonly #book = new AnswerBook(new LongNames());
  readonly #queue = new NamingQueue(
    this.#symboliser,
    (...named) => this.#book.add(...named),
    MAX_LATE,
  );
  readonly #latest = new Map<number, LatestLife>();
  /** On a machine that compiles all day nearly all have ended: then they are forgotten. */
  #room = MIN_REMEMBERED;
  #tick = 0;

  constructor(private readonly slice = SLICE) {}

  announce(key: LifeKey, tgid: number, maps: string): void {
    this.#remember(key, tgid);
    if (maps !== '') this.#symboliser.setMappings(key, tgid, maps);
  }

  async answer(request: TickRequest, askMaps: AskMaps): Promise<Answers> {
    const names = Object.fromEntries(request.names.map((key) => [key, readComm(tgidOf(key))]));
    for (const key of request.names) this.#remember(key, tgidOf(key));
    await this.#refreshAll(request, askMaps);
    this.#tick = request.tick;
    for (const [key, asked] of request.addresses) this.#queue.add(key, asked);
    this.#queue.serve(this.slice);
    return this.#book.take(request.tick, names);
  }

  /** Some names are late. */
  get isLate(): boolean {
    return this.#queue.size > 0;
  }

  /** Late names, as many as there are in a slice; none at all when a single one takes longer. */
  more(): Answers | undefined {
    this.#queue.serve(this.slice);
    return this.#taken();
  }

  /** What is still late has no name. */
  giveUp(): Answers | undefined {
    this.#queue.giveUpAll();
    return this.#taken();
  }

  /** What is to be said about naming, each once. */
  takeNotices(): string[] {
    return this.#notices.splice(0);
  }

  #taken(): Answers | undefined {
    return this.#book.isEmpty ? undefined : this.#book.take(this.#tick, {});
  }

  /** All at once, and not too many: a tick does not wait long for mappings. */
  async #refreshAll({ addresses, tick }: TickRequest, askMaps: AskMaps): Promise<void> {
    const due = [...addresses].filter(([key]) => this.#mayAsk(key, tick)).slice(0, MAX_QUESTIONS);
    await Promise.all(due.map(([key, asked]) => this.#refresh(key, asked, tick, askMaps)));
  }

  /** Not yet again, or of a process that is gone: nothing. */
  #mayAsk(key: LifeKey, tick: number): boolean {
    const tgid = tgidOf(key);
    const latest = this.#latest.get(tgid);
    return latest?.key === key && tick >= latest.due && isAlive(tgid);
  }

  /**
   * A library loaded since the first sample is in no mapping we know: ask again. But code without
   * frame pointers leaves addresses that nothing explains: then ever more seldom.
   */
  async #refresh(
    key: LifeKey,
    asked: readonly AskedAddress[],
    tick: number,
    askMaps: AskMaps,
  ): Promise<void> {
    const tgid = tgidOf(key);
    const uncovered = (): number =>
      asked.filter((address) => !this.#symboliser.covers(key, bare(address))).length;
    const before = uncovered();
    if (before === 0) return;
    const maps = await askMaps(tgid);
    if (maps) this.#symboliser.setMappings(key, tgid, maps);
    const latest = this.#latest.get(tgid);
    if (latest?.key !== key) return;
    latest.wait = uncovered() < before ? 1 : Math.min(2 * latest.wait, MAX_WAIT_TICKS);
    latest.due = tick + latest.wait;
  }

  #remember(key: LifeKey, tgid: number): void {
    if (this.#latest.get(tgid)?.key === key) return;
    this.#latest.set(tgid, { key, wait: 1, due: 0 });
    if (this.#latest.size > this.#room) this.#forgetEnded();
  }

  #forgetEnded(): void {
    for (const tgid of this.#latest.keys()) if (!isAlive(tgid)) this.#latest.delete(tgid);
    this.#room = Math.max(MIN_REMEMBERED, 2 * this.#latest.size);
  }
}

function isAlive(tgid: number): boolean {
  return existsSync(`/proc/${tgid}`);
}

function tgidOf(key: LifeKey): number {
  return Number(key.slice(0, key.indexOf(':')));
}

function droppedText(bytes: number): string {
  const room = `${Math.round(bytes / 2 ** 20)} MB`;
  return `The mappings of all processes take more than ${room}: those of the processes that were seen longest ago are dropped, and new functions of these may be [unknown].`;
}

function readComm(tgid: number): string {
  try {
    return readFileSync(`/proc/${tgid}/comm`, 'utf8').replace(/\n$/, '');
  } catch {
    return UNKNOWN_SYMBOL;
  }
}
