/** Ticks made by hand: what a session would have counted, for tests of labels. */
import type { CaptureHeader } from '../../../src/ticks/captureHeader';
import { DEFAULT_CAPTURE } from '../../../src/ticks/options';
import type { CompletedTick } from '../../../src/ticks/session';
import { Profile, type StackRecord } from '../../../src/core/profile';
import { Labels, type Cause } from '../../../src/labels/labels';

export function header(changes: Partial<CaptureHeader> = {}): CaptureHeader {
  return {
    startedAt: new Date(2026, 0, 31, 14, 2, 40).getTime(),
    options: { ...DEFAULT_CAPTURE, hz: 100 },
    maxStacks: 1000,
    reportInterval: 5,
    cpus: 2,
    version: '0',
    ...changes,
  };
}

/** A recording of one process, told tick by tick. */
export class Load {
  readonly profile = new Profile(1000);
  readonly process = this.profile.addProcess(10, 'app');
  readonly labels: Labels;
  readonly #totals = { fired: 0, recorded: 0, outside: 0, lost: 0 };
  #index = 0;
  at = 0;

  constructor(head = header()) {
    this.labels = new Labels(head);
  }

  /** Of `leaf<caller` the stack `leaf < caller < main`. */
  stack(names: string): StackRecord {
    const frames = [...names.split('<'), 'main'].map((symbol) =>
      this.profile.frames.intern({ symbol, name: symbol, module: '/app', kind: 'native' }),
    );
    return this.profile.stack(this.process, frames);
  }

  /** Samples of each leaf, half of them in each of two threads. */
  tick(counts: Readonly<Record<string, number>>, seconds = 1, pause = 0): Cause[] {
    const added = new Map<StackRecord, number>();
    for (const [leaf, count] of Object.entries(counts)) {
      const stack = this.stack(leaf);
      this.profile.add(stack, 10, Math.ceil(count / 2));
      this.profile.add(stack, 11, Math.floor(count / 2));
      added.set(stack, count);
      this.#totals.fired += count;
    }
    this.at += seconds + pause;
    return this.labels.add({ ...this.#tick(), seconds, added });
  }

  ticks(number: number, counts: Readonly<Record<string, number>>): Cause[] {
    return Array.from({ length: number }, () => this.tick(counts)).flat();
  }

  /** `work 0, sudden 1`: the label of every stack. */
  get text(): string {
    const stacks = [...this.process.stacks.values()];
    return stacks.map(({ frames, label }) => `${frames[0]?.name} ${label}`).join(', ');
  }

  #tick(): Omit<CompletedTick, 'seconds' | 'added'> {
    const reasons = { collision: 0, stackless: 0, mapFull: 0, unread: 0, renewal: 0 };
    const totals = { ...this.#totals, reasons };
    const [index, at] = [this.#index++, this.at];
    const { fired } = totals;
    const tick = { index, run: 1, at, final: false, load: undefined, fired, stackless: 0 };
    return { ...tick, samples: [], totals };
  }
}
