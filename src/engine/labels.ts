/**
 * The labels of a recording: has each report window judged, writes label and reason into the stack
 * records, and knows what is unusual now. Driven by ticks alone, so a replay labels the same.
 */
import type { CaptureHeader } from '../capture/captureFile';
import type { CompletedTick } from '../capture/session';
import { Detector } from '../anomaly/detector';
import { changeText } from '../anomaly/reason';
import type { Change, Group, Verdict } from '../anomaly/verdict';
import { OTHER_SYMBOL } from '../core/frame';
import type { ProcessRecord, StackRecord } from '../core/profile';
import { ReportWindows, type CountedWindow } from './reportWindows';
import { timeOfDay } from './timeOfDay';

/** An unusual stack, now or earlier in the recording. */
export interface Anomaly {
  readonly stack: StackRecord;
  /** Where it was strongest. */
  readonly change: Change;
  /** End of the last window in which it was unusual; undefined while it is. */
  readonly until?: number;
}

/** Unusual stacks with one cause. */
export interface Cause {
  /** Stays the same while the cause lasts. */
  readonly id: string;
  readonly change: Change;
  /** Those that carry the label, the heaviest first. */
  readonly stacks: readonly StackRecord[];
  /** Stacks that changed, labelled or not. */
  readonly changed: number;
}

/** What rows and tooltips ask about labels. */
export type LabelBook = Pick<Labels, 'anomaly' | 'isActive' | 'labelledIn' | 'history'>;

/** Of a file: it keeps which stacks were unusual, but not when or by how much. */
export const NO_LABELS: LabelBook = {
  anomaly: () => undefined,
  isActive: () => false,
  labelledIn: () => [],
  history: () => [],
};

/** Windows whose counts are kept, for the small picture of what a stack did. */
const HISTORY = 16;

export class Labels {
  readonly #detector = new Detector();
  readonly #windows: ReportWindows;
  readonly #records: StackRecord[] = [];
  readonly #anomalies = new Map<StackRecord, Anomaly>();
  readonly #byProcess = new Map<ProcessRecord, Set<StackRecord>>();
  readonly #history: CountedWindow[] = [];
  #unjudged = new Set<StackRecord>();
  #active: readonly StackRecord[] = [];
  #causes: readonly Cause[] = [];

  constructor(private readonly header: CaptureHeader) {
    this.#windows = new ReportWindows(header);
  }

  /** @returns the causes that began with this tick */
  add(tick: CompletedTick): Cause[] {
    return this.#windows.add(tick).flatMap((window) => this.#judge(window));
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
    const anomaly = this.#anomalies.get(stack);
    return anomaly !== undefined && anomaly.until === undefined;
  }

  /** Stacks that were unusual at some time. */
  get labelled(): Iterable<StackRecord> {
    return this.#anomalies.keys();
  }

  /** Those of this process. */
  labelledIn(process: ProcessRecord): Iterable<StackRecord> {
    return this.#byProcess.get(process) ?? [];
  }

  /** Samples per second in the last windows, oldest first. */
  history(stack: StackRecord): number[] {
    return this.#history.map(({ added, seconds }) =>
      seconds > 0 ? (added.get(stack) ?? 0) / seconds : 0,
    );
  }

  #judge(window: CountedWindow): Cause[] {
    this.#remember(window);
    const { startSeconds, seconds, added } = window;
    const stacks = [...added].filter(([stack]) => isOneStack(stack)).map(windowStack);
    const {
      judged,
      stacks: verdicts,
      groups,
    } = this.#detector.judge({
      startSeconds,
      seconds,
      stacks,
    });
    if (!judged) return [];
    for (const stack of this.#unjudged) stack.label ??= 0;
    this.#unjudged = new Set();
    this.#label(verdicts, startSeconds);
    return this.#explain(groups);
  }

  #remember(window: CountedWindow): void {
    for (const stack of window.added.keys()) {
      this.#records[stack.id] = stack;
      if (stack.label === null && isOneStack(stack)) this.#unjudged.add(stack);
    }
    this.#history.push(window);
    if (this.#history.length > HISTORY) this.#history.shift();
  }

  #label(verdicts: readonly Verdict[], now: number): void {
    const before = this.#active;
    this.#active = verdicts.flatMap((verdict) => this.#labelOne(verdict));
    const active = new Set(this.#active);
    for (const stack of before) if (!active.has(stack)) this.#close(stack, now);
  }

  #labelOne(verdict: Verdict): StackRecord[] {
    const stack = this.#records[verdict.key];
    if (!stack) return [];
    const known = this.#anomalies.get(stack);
    const goesOn = known?.until === undefined && known?.change.since === verdict.since;
    this.#set({ stack, change: goesOn ? stronger(known.change, verdict) : verdict });
    return [stack];
  }

  #close(stack: StackRecord, until: number): void {
    const known = this.#anomalies.get(stack);
    if (known) this.#set({ ...known, until });
  }

  #set(anomaly: Anomaly): void {
    const { stack } = anomaly;
    this.#anomalies.set(stack, anomaly);
    stack.label = 1;
    stack.reason = this.#text(anomaly);
    const labelled = this.#byProcess.get(stack.process);
    if (labelled) labelled.add(stack);
    else this.#byProcess.set(stack.process, new Set([stack]));
  }

  /** `8.3 times its usual rate, 412 samples in 5 s, since 14:03:10` */
  #text({ change, until }: Anomaly): string {
    const { startedAt } = this.header;
    const from = timeOfDay(startedAt, change.since);
    const when =
      until === undefined ? `since ${from}` : `${from} to ${timeOfDay(startedAt, until)}`;
    return `${changeText(change)}, ${when}`;
  }

  #explain(groups: readonly Group[]): Cause[] {
    const known = new Set(this.#causes.map(({ id }) => id));
    this.#causes = groups.map((group) => ({
      id: `${group.process ?? 'machine'} ${group.since}`,
      change: group,
      stacks: group.labelled.flatMap((key) => this.#records[key] ?? []),
      changed: group.stacks,
    }));
    return this.#causes.filter(({ id }) => !known.has(id));
  }
}

/** What `maxStacks` folded away is many stacks, and none of them. */
function isOneStack({ frames }: StackRecord): boolean {
  return frames[0]?.symbol !== OTHER_SYMBOL;
}

function windowStack([{ id, process }, count]: readonly [StackRecord, number]) {
  return { key: id, process: process.index, program: process.name, count };
}

function stronger(before: Change, now: Change): Change {
  return sizeOf(now) > sizeOf(before) ? now : before;
}

/** Samples by which a change differs from what is usual. */
export function sizeOf({ count, expected }: Change): number {
  return Math.abs(count - expected);
}
