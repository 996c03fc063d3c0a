/**
 * The bpftrace of a recording: what it is doing, and what it is told to do. Pure: events are method
 * calls, and commands go to `orders`.
 *
 *   idle ──start──> attaching ──READY──> sampling
 *    ^                  └───── told to end ──┘
 *    │                            v
 *    └───────EXIT─────── pausing or renewing
 *
 * Every EXIT that it was not told to, or that comes at the stop of the recording, leads to `ended`.
 * One that is told to end while it attaches may still be READY before it does.
 */
import type { CompletedTick } from '../ticks/session';

export type RunState =
  /** Not told to run, or not again yet. */
  | { readonly is: 'idle' }
  | { readonly is: 'attaching' }
  | { readonly is: 'sampling' }
  /** Told to end, so its end is no failure. */
  | { readonly is: 'pausing' | 'renewing'; readonly attached: boolean }
  /** And none follows. */
  | { readonly is: 'ended' };

/** What it is told to end for. */
export type Asked = 'pause' | 'renew';

const ASKED: Partial<Record<RunState['is'], Asked>> = { pausing: 'pause', renewing: 'renew' };

/** Of a tick: how many samples it should have, and those whose stacks the full maps have lost. */
type TickLosses = Pick<CompletedTick, 'run' | 'fired' | 'seconds' | 'stackless'>;

export interface RunOrders {
  command(word: 'run' | Asked): void;
  /** Whether there is something to record now. */
  isWanted(): boolean;
}

/**
 * While bpftrace is renewed nothing is sampled, for about this long. It is renewed when it has lost
 * as many samples to collisions as that costs: never more than twice the least possible loss.
 */
const RENEWAL_SECONDS = 0.6;
/** CPUs that come and go all the time are worth a renewal every so often. */
const CPU_RENEWAL_SECONDS = 10;

export class BpftraceRun {
  #state: RunState = { is: 'idle' };
  /** Number of the run that was READY last, and the samples without a stack in it. */
  #run = 0;
  #stackless = 0;
  /** To be renewed as soon as it is sampling, and not before this time of the ticks. */
  #renewalDue = false;
  #renewAgainAt = 0;

  constructor(private readonly orders: RunOrders) {}

  get state(): RunState {
    return this.#state;
  }

  /** It was told to run, and has not ended. */
  get isRunning(): boolean {
    return this.#state.is !== 'idle' && this.#state.is !== 'ended';
  }

  /** Its probes are attached: what it counted since its last tick is lost if it is killed. */
  get isAttached(): boolean {
    return 'attached' in this.#state ? this.#state.attached : this.#state.is === 'sampling';
  }

  /** It was told to end. */
  get isEnding(): boolean {
    return 'attached' in this.#state;
  }

  start(): void {
    this.#state = { is: 'attaching' };
    this.orders.command('run');
  }

  /** A capture may say it at any time. @param run number of this run */
  ready(run: number): void {
    const state = this.#state;
    this.#state = 'attached' in state ? { ...state, attached: true } : { is: 'sampling' };
    this.#run = run;
    this.#stackless = 0;
  }

  pause(): void {
    this.#state = { is: 'pausing', attached: this.isAttached };
    this.orders.command('pause');
  }

  /** Ends it, for another one to be started. */
  renew(): void {
    this.#state = { is: 'renewing', attached: this.isAttached };
    this.#renewalDue = false;
    this.orders.command('renew');
  }

  /** Where none runs, or another is about to be started, there is nothing to do. */
  renewIfSampling(): void {
    this.#renewalDue = this.isRunning && !this.isAttached;
    if (this.#state.is === 'sampling' && this.orders.isWanted()) this.renew();
  }

  /** For what can happen at every moment, a renewal every now and then is enough. @param at seconds */
  renewSoon(at: number): void {
    this.#renewalDue = this.isRunning;
    this.renewIfDue(at);
  }

  renewIfDue(at: number): void {
    if (!this.#renewalDue || !this.isAttached || at < this.#renewAgainAt) return;
    this.#renewAgainAt = at + CPU_RENEWAL_SECONDS;
    this.renewIfSampling();
  }

  /** Only while the run goes on that the tick was in: the last of a run may be counted after it. */
  renewIfFull({ run, fired, seconds, stackless }: TickLosses): void {
    if (run !== this.#run || !this.isAttached) return;
    this.#stackless += stackless;
    const rate = seconds > 0 ? fired / seconds : 0;
    if (this.#stackless > 0 && this.#stackless >= rate * RENEWAL_SECONDS) this.renewIfSampling();
  }

  /**
   * It has ended.
   *
   * @param stopping so does the recording
   * @returns what it was told, where the recording goes on
   */
  end(stopping: boolean): Asked | undefined {
    const asked = stopping ? undefined : ASKED[this.#state.is];
    this.#state = { is: asked ? 'idle' : 'ended' };
    this.#renewalDue = false;
    return asked;
  }
}
