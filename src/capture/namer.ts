/**
 * Finds the names a tick asks for: symbols of user addresses, and names of processes that were
 * never announced. The only part of a recording that looks at other processes' files.
 */
import { existsSync, readFileSync } from 'node:fs';
import { UNKNOWN_SYMBOL } from '../core/frame';
import { Symboliser, type ResolvedAddress } from '../symbols/symboliser';
import type { Answers, AskedAddress, FrameTuple, LifeKey, TickRequest } from './events';

const MAX_WAIT_TICKS = 64;
/** Processes asked for their mappings in one tick. */
const MAX_QUESTIONS = 16;
/** Processes remembered: the oldest make room, on a machine that compiles all day. */
const MAX_REMEMBERED = 65_536;

/** Asks the helper for the mappings of a pid; undefined when they do not come. */
export type AskMaps = (tgid: number) => Promise<string | undefined>;

export class Namer {
  readonly #symboliser = new Symboliser();
  /** The last life seen of each tgid: only that one can still be asked about. */
  readonly #current = new Map<number, LifeKey>();
  /** When a process may be asked for its mappings again, in ticks. */
  readonly #patience = new Map<LifeKey, { wait: number; due: number }>();

  announce(key: LifeKey, tgid: number, maps: string): void {
    remember(this.#current, tgid, key);
    if (maps !== '') this.#symboliser.setMappings(key, tgid, maps);
  }

  async answer(request: TickRequest, askMaps: AskMaps): Promise<Answers> {
    const names = Object.fromEntries(request.names.map((key) => [key, readComm(tgidOf(key))]));
    for (const key of request.names) remember(this.#current, tgidOf(key), key);
    const frames: FrameTuple[] = [];
    const positions = new Map<string, number>();
    const symbols: Record<LifeKey, Record<AskedAddress, number>> = {};
    await this.#refreshAll(request, askMaps);
    for (const [key, asked] of request.addresses) {
      const found = await this.#symboliser.resolve(key, asked.map(readAsked));
      const entries = asked.map((address, at) => [address, place(found[at], frames, positions)]);
      symbols[key] = Object.fromEntries(entries) as Record<AskedAddress, number>;
    }
    return { tick: request.tick, names, frames, symbols };
  }

  /** All at once, and not too many: a tick does not wait long for mappings. */
  async #refreshAll({ addresses, tick }: TickRequest, askMaps: AskMaps): Promise<void> {
    const due = [...addresses].filter(([key]) => this.#mayAsk(key, tick)).slice(0, MAX_QUESTIONS);
    await Promise.all(due.map(([key, asked]) => this.#refresh(key, asked, tick, askMaps)));
  }

  /** Not yet again, or of a process that is gone: nothing. */
  #mayAsk(key: LifeKey, tick: number): boolean {
    const tgid = tgidOf(key);
    if (this.#current.get(tgid) !== key || tick < (this.#patience.get(key)?.due ?? 0)) return false;
    return existsSync(`/proc/${tgid}`);
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
    const { wait } = this.#patience.get(key) ?? { wait: 1 };
    const maps = await askMaps(tgid);
    if (maps) this.#symboliser.setMappings(key, tgid, maps);
    const next = uncovered() < before ? 1 : Math.min(2 * wait, MAX_WAIT_TICKS);
    remember(this.#patience, key, { wait: next, due: tick + next });
  }
}

function remember<Key, Value>(memory: Map<Key, Value>, key: Key, value: Value): void {
  memory.delete(key);
  memory.set(key, value);
  const [oldest] = memory.keys();
  if (memory.size > MAX_REMEMBERED && oldest !== undefined) memory.delete(oldest);
}

function tgidOf(key: LifeKey): number {
  return Number(key.slice(0, key.indexOf(':')));
}

function bare(asked: AskedAddress): string {
  return asked.endsWith('-') ? asked.slice(0, -1) : asked;
}

function readAsked(asked: AskedAddress): { address: string; leaf: boolean } {
  return { address: bare(asked), leaf: !asked.endsWith('-') };
}

/** Position of this frame in the list, which it joins when new. */
function place(
  found: ResolvedAddress | undefined,
  frames: FrameTuple[],
  positions: Map<string, number>,
): number {
  const { symbol, name, module, kind } = found ?? UNRESOLVED;
  const key = `${kind}\0${module}\0${symbol}`;
  const known = positions.get(key);
  if (known !== undefined) return known;
  positions.set(key, frames.length);
  return frames.push([symbol, name, module, kind]) - 1;
}

const UNRESOLVED = {
  symbol: UNKNOWN_SYMBOL,
  name: UNKNOWN_SYMBOL,
  module: '',
  kind: 'unknown',
} as const;

function readComm(tgid: number): string {
  try {
    return readFileSync(`/proc/${tgid}/comm`, 'utf8').replace(/\n$/, '');
  } catch {
    return UNKNOWN_SYMBOL;
  }
}
