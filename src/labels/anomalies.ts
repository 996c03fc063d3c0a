/** The stacks of a recording that were unusual at some time, and why: their labels and reasons. */
import { reasonText } from '../anomaly/reason';
import { sizeOf, type Verdict } from '../anomaly/verdicts';
import type { ProcessRecord, StackRecord } from '../core/profile';
import { timeOfDay } from '../core/timeOfDay';

/** What is told of a stack, or of a cause. */
export interface Told {
  readonly change: Verdict;
  /** Which stacks changed together: `, one of 12 stacks below handle_request`; '' for one alone. */
  readonly company: string;
}

/** An unusual stack, now or earlier in the recording; told as it was where it was strongest. */
export interface Anomaly extends Told {
  readonly stack: StackRecord;
  /** Id of its cause. */
  readonly cause: string;
  /** End of the last window in which it was unusual; undefined while it is. */
  readonly until?: number;
}

export class Anomalies {
  readonly #byStack = new Map<StackRecord, Anomaly>();
  readonly #byProcess = new Map<ProcessRecord, Set<StackRecord>>();

  /** @param startedAt wall clock at tick time 0, milliseconds since the epoch */
  constructor(public startedAt: number) {}

  get(stack: StackRecord): Anomaly | undefined {
    return this.#byStack.get(stack);
  }

  isActive(stack: StackRecord): boolean {
    const anomaly = this.#byStack.get(stack);
    return anomaly !== undefined && anomaly.until === undefined;
  }

  get stacks(): Iterable<StackRecord> {
    return this.#byStack.keys();
  }

  stacksOf(process: ProcessRecord): Iterable<StackRecord> {
    return this.#byProcess.get(process) ?? [];
  }

  /** It is unusual in this window. */
  add(stack: StackRecord, cause: string, now: Told): void {
    const known = this.#byStack.get(stack);
    const goesOn = known?.change.since === now.change.since;
    const { change, company } = goesOn ? stronger(known, now) : now;
    this.#set({ stack, cause, change, company });
  }

  /** The first of two stacks turned out to be the second, which is labelled if one of them was. */
  merge(stack: StackRecord, into: StackRecord): void {
    const known = this.#byStack.get(stack);
    if (!known) return;
    this.#byStack.delete(stack);
    this.#byProcess.get(stack.process)?.delete(stack);
    if (!this.#byStack.has(into)) this.#set({ ...known, stack: into });
  }

  /** It is over. */
  close(stack: StackRecord, until: number): void {
    const known = this.#byStack.get(stack);
    if (known) this.#set({ ...known, until });
  }

  /** `8.3 times its usual rate, 412 samples in 5 s, since 14:03:10` */
  text({ change, company }: Told, until?: number): string {
    const from = timeOfDay(this.startedAt, change.since);
    const when =
      until === undefined ? `since ${from}` : `${from} to ${timeOfDay(this.startedAt, until)}`;
    return `${reasonText(change)}${company}, ${when}`;
  }

  #set(anomaly: Anomaly): void {
    const { stack, until } = anomaly;
    this.#byStack.set(stack, anomaly);
    stack.label = 1;
    stack.reason = this.text(anomaly, until);
    const others = this.#byProcess.get(stack.process);
    if (others) others.add(stack);
    else this.#byProcess.set(stack.process, new Set([stack]));
  }
}

function stronger(before: Told, now: Told): Told {
  return sizeOf(now.change) > sizeOf(before.change) ? now : before;
}
