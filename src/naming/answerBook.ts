/**
 * Puts names together as an answer: each frame once, and where it is asked for, its position. Long
 * names share a room: a file can have names of 64 KB, as many as it likes, and all of them are kept.
 */
import type { ResolvedAddress } from '../symbols/symboliser';
import type { Answers, AskedAddress, FrameTuple, LifeKey } from '../ticks/events';

/** Nearly all names are shorter. */
const SHORT = 1_024;
/** Room for those that are not, in characters. */
const LONG_NAMES = 16 * 2 ** 20;

/** The long names of a recording: those that found room stay as they are, the others are cut. */
export class LongNames {
  readonly #known = new Set<string>();
  #left = LONG_NAMES;

  fit(text: string): string {
    if (text.length <= SHORT || this.#known.has(text)) return text;
    if (text.length > this.#left) return text.slice(0, SHORT);
    this.#left -= text.length;
    this.#known.add(text);
    return text;
  }
}

export class AnswerBook {
  readonly #names: LongNames;
  #frames: FrameTuple[] = [];
  #positions = new Map<string, number>();
  #symbols: Record<LifeKey, Record<AskedAddress, number>> = {};

  constructor(names: LongNames) {
    this.#names = names;
  }

  get isEmpty(): boolean {
    return this.#frames.length === 0;
  }

  add(key: LifeKey, address: AskedAddress, found: ResolvedAddress): void {
    (this.#symbols[key] ??= {})[address] = this.#place(found);
  }

  /** Everything since the last time. */
  take(tick: number, names: Answers['names']): Answers {
    const answers = { tick, names, frames: this.#frames, symbols: this.#symbols };
    this.#frames = [];
    this.#positions = new Map();
    this.#symbols = {};
    return answers;
  }

  /** Position of this frame in the list, which it joins when new. */
  #place({ symbol, name, module, kind }: ResolvedAddress): number {
    const key = `${kind}\0${module}\0${symbol}`;
    const known = this.#positions.get(key);
    if (known !== undefined) return known;
    this.#positions.set(key, this.#frames.length);
    return this.#frames.push([this.#names.fit(symbol), this.#names.fit(name), module, kind]) - 1;
  }
}
