/** A recording that never took place: the sample stacks, sampled anew each second. */
import { Profile, type ProcessRecord } from '../../src/core/profile';
import type { CountedStack, ProcessRef } from '../../src/core/stack';
import { StackFeed } from '../../src/core/stackFeed';
import type { FromPage, PanelInfo, ToPage } from '../../src/messages/panelMessages';
import { Random } from '../support/random';
import { sampleStacks } from '../support/sampleStacks';

/** Seconds in which the sample stacks get about half of their counts. */
const PERIOD = 20;

/** Seconds after which labels are there, as three reports are in a real recording. */
const LABELLED_AFTER = 15;

export class InventedRecording {
  readonly #stacks = sampleStacks();
  readonly #profile = new Profile(Infinity);
  readonly #processes = new Map<string, ProcessRecord>();
  readonly #random = new Random(1);
  #feed = new StackFeed(this.#profile);
  #seconds = 0;

  /** Records another second, and gives back what the page is told of it. */
  tick(): ToPage {
    this.#seconds++;
    for (const stack of this.#stacks) this.#sample(stack);
    return { type: 'tick', seconds: this.#seconds };
  }

  /** What VS Code would answer; nothing to a message that asks for an action of the editor. */
  answer(message: FromPage): ToPage | undefined {
    switch (message.type) {
      case 'ready':
        return { type: 'source', source: {} };
      case 'pull':
        return this.#pull(message);
      case 'narrow':
        return message;
      default:
        return undefined;
    }
  }

  #pull({ epoch, anew }: FromPage & { type: 'pull' }): ToPage {
    if (anew) this.#feed = new StackFeed(this.#profile);
    return { type: 'chunk', epoch, chunk: this.#feed.next(), first: anew, info: this.#info() };
  }

  #info(): PanelInfo {
    const what = 'invented stacks of all processes';
    return { picture: { what, hz: 99 }, seconds: this.#seconds, recording: true };
  }

  /** Rare stacks get nothing in most seconds, so that some appear late. */
  #sample({ process, tid = 0, frames, count, label, reason }: CountedStack): void {
    const samples = this.#random.below(1 + Math.ceil(count / PERIOD));
    if (samples === 0 || !process) return;
    const interned = frames.map((frame) => this.#profile.frames.intern(frame));
    const record = this.#profile.stack(this.#processOf(process), interned);
    this.#profile.add(record, tid, samples);
    if (this.#seconds < LABELLED_AFTER) return;
    record.label = label ?? null;
    if (reason !== undefined) record.reason = reason;
  }

  #processOf({ key, tgid, name }: ProcessRef): ProcessRecord {
    const known = this.#processes.get(key);
    if (known) return known;
    const process = this.#profile.addProcess(tgid, name, key);
    this.#processes.set(key, process);
    return process;
  }
}
