/**
 * The labels of a recording: has each report window judged, writes label and reason into the stack
 * records, and knows what is unusual now. Driven by ticks alone, so a replay labels the same.
 */
import type { CaptureHeader } from '../ticks/captureHeader';
import type { CompletedTick } from '../ticks/session';
import { Detector } from '../anomaly/detector';
import type { CauseVerdict, StackVerdict, Verdict, WindowVerdicts } from '../anomaly/verdicts';
import { formatCount } from '../core/accounting';
import { BoundedMap } from '../core/boundedMap';
import { OTHER_SYMBOL } from '../core/frame';
import { survivorOf, type ProcessRecord, type StackRecord } from '../core/profile';
import { Anomalies, type Anomaly } from './anomalies';
import { moveCount, ReportWindows, type CountedWindow } from './reportWindows';
import { belowText } from './stackText';

/** Unusual stacks with one cause. */
export interface Cause {
  /** Stays the same while the cause lasts. */
  readonly id: string;
  readonly change: Verdict;
  /** `8.3 times its usual rate, 412 samples in 5 s, in 12 stacks below serve, since 14:03:10` */
  readonly text: string;
  /** Those that carry the label, the heaviest first. */
  readonly stacks: readonly StackRecord[];
}

/** What rows and tooltips ask about labels. */
export type LabelBook = Pick<Labels, 'anomaly' | 'isActive' | 'labelledIn' | 'history'>;

/** Of a file, which changes no more: it keeps which stacks were unusual, but not when or by how much. */
export function storedLabels(): LabelBook {
  const known = new WeakMap<ProcessRecord, readonly StackRecord[]>();
  const labelledIn = (process: ProcessRecord): readonly StackRecord[] => {
    const found =
      known.get(process) ?? [...process.stacks.values()].filter(({ label }) => label === 1);
    known.set(process, found);
    return found;
  };
  return { anomaly: () => undefined, isActive: () => false, labelledIn, history: () => [] };
}

/** Windows whose counts are kept, for the small picture of what a stack did. */
const HISTORY = 16;
/** Causes that were told and are remembered, so that none is told twice. */
const MOST_TOLD = 10_000;

export class Labels {
  readonly #detector: Detector;
  readonly #windows: ReportWindows;
  readonly #anomalies: Anomalies;
  readonly #records: StackRecord[] = [];
  readonly #history: CountedWindow[] = [];
  readonly #told = new BoundedMap<string, true>(MOST_TOLD);
  #unjudged = new Set<StackRecord>();
  #active: readonly StackRecord[] = [];
  #causes: readonly Cause[] = [];
  /** End of the last window that was judged. */
  #until = 0;

  constructor(header: CaptureHeader) {
    this.#detector = new Detector({ mostStacks: header.maxStacks });
    this.#windows = new ReportWindows(header);
    this.#anomalies = new Anomalies(header.startedAt);
  }

  /** Wall clock at tick time 0, milliseconds since the epoch, once it is known better. */
  set startedAt(at: number) {
    this.#anomalies.startedAt = at;
  }

  /** @returns the causes that began with this tick */
  add(tick: CompletedTick): Cause[] {
    return this.#windows.add(tick).flatMap((window) => this.#judge(window));
  }

  /** Names came late, and each of these stacks turned out to be another one. */
  merge(merged: ReadonlyMap<StackRecord, StackRecord>): void {
    for (const [stack, into] of merged) this.#mergeOne(stack, into);
    if (merged.size > 0) this.#active = [...new Set(this.#active.map(survivorOf))];
    this.#causes = this.#causes.map((cause) => withSurvivors(cause, merged));
  }

  #mergeOne(stack: StackRecord, into: StackRecord): void {
    this.#windows.merge(stack, into);
    for (const { added } of this.#history) moveCount(added, stack, into);
    if (this.#records[stack.id]) this.#records[into.id] = into;
    if (this.#unjudged.delete(stack) && into.label === null) this.#unjudged.add(into);
    this.#anomalies.merge(stack, into);
    this.#detector.merge(into.process.index, stack.id, into.id);
  }

  /** Nothing is recorded any more, or not for now: what is unusual now was so earlier. */
  close(): void {
    this.#activate([]);
    this.#causes = [];
  }

  /** Stacks that are unusual now: the label of larger changes first. */
  get active(): readonly StackRecord[] {
    return this.#active;
  }

  /** What is unusual now, one for each cause, the largest change first. */
  get causes(): readonly Cause[] {
    return this.#causes;
  }

  /** Why this stack is labelled; undefined if it never was. */
  anomaly(stack: StackRecord): Anomaly | undefined {
    return this.#anomalies.get(stack);
  }

  isActive(stack: StackRecord): boolean {
    return this.#anomalies.isActive(stack);
  }

  /** Stacks that were unusual at some time. */
  get labelled(): Iterable<StackRecord> {
    return this.#anomalies.stacks;
  }

  /** Those of this process. */
  labelledIn(process: ProcessRecord): Iterable<StackRecord> {
    return this.#anomalies.stacksOf(process);
  }

  /** Samples per second in the last windows, oldest first. */
  history(stack: StackRecord): number[] {
    return this.#history.map(({ added, seconds }) => (added.get(stack) ?? 0) / seconds);
  }

  #judge(window: CountedWindow): Cause[] {
    const { startSeconds, endSeconds, seconds, added } = window;
    this.#remember(added);
    if (seconds === 0) {
      // Nothing was recorded, for the load was low: nothing is unusual now, but no change is over.
      this.close();
      return [];
    }
    this.#history.push(window);
    if (this.#history.length > HISTORY) this.#history.shift();
    const stacks = [...added].filter(([stack]) => isOneStack(stack)).map(windowStack);
    const found = this.#detector.judge({ startSeconds, seconds, stacks });
    if (!found.judged) return [];
    for (const stack of this.#unjudged) stack.label ??= 0;
    this.#unjudged = new Set();
    const causes = this.#label(found);
    this.#until = endSeconds;
    return causes;
  }

  #remember(added: CountedWindow['added']): void {
    for (const stack of added.keys()) {
      this.#records[stack.id] = stack;
      if (stack.label === null && isOneStack(stack)) this.#unjudged.add(stack);
    }
  }

  /** @returns the causes that have not been told yet */
  #label({ stacks, causes }: WindowVerdicts): Cause[] {
    const texts = new Map(causes.map((cause) => [cause, this.#stacksText(cause)]));
    const causeOf = new Map(causes.flatMap((cause) => cause.labelled.map((key) => [key, cause])));
    this.#activate(
      stacks.flatMap((verdict) => {
        const cause = causeOf.get(verdict.key);
        return cause ? this.#labelOne(verdict, cause, texts.get(cause)) : [];
      }),
    );
    this.#causes = causes.map((cause) => this.#cause(cause, texts.get(cause)));
    const fresh = this.#causes.filter(({ id }) => !this.#told.has(id));
    for (const { id } of this.#causes) this.#told.set(id, true);
    return fresh;
  }

  #labelOne(
    verdict: StackVerdict,
    { id }: CauseVerdict,
    together: string | undefined,
  ): StackRecord[] {
    const stack = this.#records[verdict.key];
    if (!stack) return [];
    const company = companyText(together, verdict.standsFor);
    this.#anomalies.add(stack, id, { change: verdict, company });
    return [stack];
  }

  /** These are unusual now, and what was until now is over. */
  #activate(stacks: readonly StackRecord[]): void {
    const active = new Set(stacks);
    for (const stack of this.#active)
      if (!active.has(stack)) this.#anomalies.close(stack, this.#until);
    this.#active = stacks;
  }

  #cause(cause: CauseVerdict, together: string | undefined): Cause {
    const company = companyText(together, cause.stacks.length);
    const text = this.#anomalies.text({ change: cause, company });
    return { id: cause.id, change: cause, text, stacks: this.#recordsOf(cause.labelled) };
  }

  /** `12 stacks below handle_request`; undefined where it is one. */
  #stacksText({ stacks }: CauseVerdict): string | undefined {
    if (stacks.length === 1) return undefined;
    return `${formatCount(stacks.length)} stacks${belowText(this.#recordsOf(stacks))}`;
  }

  #recordsOf(keys: readonly number[]): StackRecord[] {
    return keys.flatMap((key) => this.#records[key] ?? []);
  }
}

/** @param told number of the stacks that the numbers beside it are about */
function companyText(together: string | undefined, told: number): string {
  if (together === undefined) return '';
  return told > 1 ? `, in ${together}` : `, one of ${together}`;
}

function withSurvivors(cause: Cause, merged: ReadonlyMap<StackRecord, StackRecord>): Cause {
  if (!cause.stacks.some((stack) => merged.has(stack))) return cause;
  return { ...cause, stacks: [...new Set(cause.stacks.map(survivorOf))] };
}

/** What `maxStacks` folded away is many stacks, and none of them. */
function isOneStack({ frames }: StackRecord): boolean {
  return frames[0]?.symbol !== OTHER_SYMBOL;
}

function windowStack([{ id, process }, count]: readonly [StackRecord, number]) {
  return { key: id, process: process.index, program: process.name, count };
}
