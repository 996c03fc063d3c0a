/**
 * The page's copy of the recording, kept up to date: asks the extension for what is new, one answer
 * at a time, and knows how far behind it is.
 */
import { StackStore, type Change } from '../../src/flamegraph/live/stackStore';
import type { FromPage, PanelInfo, ToPage } from '../../src/messages/panelMessages';

const NO_INFO: PanelInfo = { picture: { what: '' }, seconds: 0, recording: false };

export interface FeedHooks {
  readonly post: (message: FromPage) => void;
  /** What comes is of another recording: everything has to begin anew. */
  readonly restart: () => void;
  readonly changed: (changes: readonly Change[]) => void;
  /** An answer is complete; `first`: it is the first one since `load`. */
  readonly complete: (first: boolean) => void;
  /** The reader is busy: what is new waits. */
  readonly held: () => boolean;
}

export class Feed {
  #store = new StackStore();
  #info = NO_INFO;
  /** Seconds of the recording that there are, shown or not. */
  #latest = 0;
  /** Answers to questions of an earlier one are dropped. */
  #epoch = 0;
  #pulling = false;
  /** A tick came while an answer was under way, which may not hold all of it. */
  #pullAgain = false;
  #loading = true;

  constructor(private readonly hooks: FeedHooks) {}

  get store(): StackStore {
    return this.#store;
  }

  get info(): PanelInfo {
    return this.#info;
  }

  /** The first load is not complete: what was chosen before cannot be found yet. */
  get loading(): boolean {
    return this.#loading;
  }

  /** Seconds of the recording that are not shown yet. */
  get behind(): number {
    return Math.max(0, Math.round(this.#latest - this.#info.seconds));
  }

  /** Drops all that there is; `load` begins anew. */
  forget(): void {
    this.#epoch++;
    this.#store = new StackStore();
    this.#info = NO_INFO;
    this.#latest = 0;
    this.#loading = true;
    this.#pulling = false;
  }

  load(): void {
    this.#ask(true);
  }

  pull(): void {
    if (this.#pulling) this.#pullAgain = true;
    // A load that failed is tried again when there is more: until then what it said stays.
    else if (!this.#loading || this.behind > 0) this.#ask(this.#loading);
  }

  /** There is more to be asked for. */
  tick(seconds: number): void {
    this.#latest = seconds;
    if (!this.hooks.held()) this.pull();
  }

  take({ epoch, chunk, first, info }: ToPage & { type: 'chunk' }): void {
    if (epoch !== this.#epoch) return;
    if (first && this.#store.size > 0) return this.hooks.restart();
    this.hooks.changed(this.#store.apply(chunk));
    if (chunk.more) return this.hooks.post({ type: 'pull', anew: false, epoch });
    this.#pulling = false;
    this.#info = info;
    this.#latest = Math.max(this.#latest, info.seconds);
    const loaded = this.#loading;
    this.#loading = false;
    this.hooks.complete(loaded);
    if (this.#pullAgain && !this.hooks.held()) this.pull();
  }

  /** @returns whether there is nothing to show but that: part of a load is never drawn */
  fail({ epoch }: ToPage & { type: 'problem' }): boolean {
    if (epoch !== this.#epoch) return false;
    this.#pulling = false;
    return this.#loading || this.#store.size === 0;
  }

  #ask(anew: boolean): void {
    this.#pulling = true;
    this.#pullAgain = false;
    this.hooks.post({ type: 'pull', anew, epoch: this.#epoch });
  }
}
