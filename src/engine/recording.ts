/**
 * One recording, live or replayed, from its start to its end: feeds a session, keeps the capture
 * file, renews a bpftrace whose stack maps are full, and says when there is something to show.
 *
 *   starting --READY--> recording --stop, duration, failure--> stopping --end--> ended
 */
import { calledOff, explainEnd, helperHung, HUNG, type Failure } from '../capture/failure';
import type { CaptureHeader } from '../capture/captureFile';
import { CaptureWriter } from '../capture/captureWriter';
import type { SourceEvent } from '../capture/events';
import { Session, type CompletedTick, type RunEnd } from '../capture/session';
import type { Source } from '../capture/source';
import type { TerminalCommand } from '../capture/terminalHelper';
import type { Totals } from '../core/accounting';
import { LoadWatch, type LoadStatus } from '../core/loadWatch';
import { shorten } from '../core/printable';
import type { Profile } from '../core/profile';
import { Labels, type Cause } from './labels';
import type { Journal } from './journal';

export type RecordingState = 'starting' | 'recording' | 'stopping' | 'ended';

export interface RecordingHooks {
  onState?(state: RecordingState): void;
  onTick?(tick: CompletedTick): void;
  /** Something unusual began. */
  onUnusual?(causes: readonly Cause[]): void;
  /** Every `reportInterval` seconds of the kernel's clock, and once more at the end. */
  onReport?(): void;
  onMessage?(text: string): void;
  /** The capture file ends before the recording. */
  onCaptureLost?(reason: string): void;
  /** A way to root is tried now, and why this one. */
  onWay?(text: string): void;
  /** The person has to run this in a terminal: it asks for a password there. */
  onTerminal?(command: TerminalCommand): void;
  /** A new reading of the load; `crossed` when it went over or back under the threshold. */
  onLoad?(status: LoadStatus, crossed: boolean): void;
}

/** What a recording leaves behind: all that its files are made of. */
export type Recorded = Pick<Recording, 'header' | 'profile' | 'totals' | 'seconds'>;

export interface RecordingEnd {
  readonly failure: Failure | undefined;
}

export interface RecordingOptions {
  readonly header: CaptureHeader;
  /** Save everything the helper says here. */
  readonly captureFile?: string | undefined;
  /** Stop by itself after this many seconds. */
  readonly durationSeconds?: number | undefined;
}

/**
 * While bpftrace is renewed nothing is sampled, for about this long. It is renewed when it has lost
 * as many samples to collisions as that costs: never more than twice the least possible loss.
 */
const RENEWAL_SECONDS = 0.6;
/** A timer of Node.js takes no more, 24.8 days: it would go off at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const KEPT_MESSAGES = 30;
/** bpftrace can say the same thing at every sample, and a line can be as long as it likes. */
const TOLD_MESSAGES = 200;
const LONGEST_MESSAGE = 1_000;

export class Recording {
  readonly session: Session;
  readonly labels: Labels;
  /** Told of every tick, for the case that nobody lives to save the recording. */
  journal: Pick<Journal, 'add'> | undefined;
  readonly ended: Promise<RecordingEnd>;
  #state: RecordingState = 'starting';
  #resolveEnd: (end: RecordingEnd) => void = () => {};
  readonly #messages: string[] = [];
  #told = 0;
  #refusal: string | undefined;
  #bpftraceStatus: number | undefined;
  /** It ended so when it had been told to. */
  #stopped = false;
  readonly #watch: LoadWatch | undefined;
  /** We asked this bpftrace to end, so its end is no failure. */
  #ending: 'renew' | 'pause' | undefined;
  /** bpftrace was told to run for the load, and not yet to end. */
  #runs = false;
  /** Its probes are attached: what it counted since its last tick is lost if it is killed. */
  #attached = false;
  /** Collisions of earlier runs of bpftrace. */
  #collisionsBefore = 0;
  #fired = 0;
  #begun = false;
  #startedAt: number;
  #reports = 0;
  #lastAt = 0;
  #capture: CaptureWriter | undefined;
  #timer: NodeJS.Timeout | undefined;
  #replayBroken: string | undefined;

  constructor(
    private readonly source: Source,
    private readonly options: RecordingOptions,
    private readonly hooks: RecordingHooks,
  ) {
    const { options: capture, maxStacks, limit, startedAt } = options.header;
    this.#startedAt = startedAt;
    this.#watch = limit && new LoadWatch(limit);
    this.labels = new Labels(options.header);
    this.ended = new Promise((resolve) => (this.#resolveEnd = resolve));
    this.session = new Session(
      { stacks: capture.stacks, keys: capture.keys, maxStacks },
      {
        onReady: () => this.#ready(),
        onProcess: (key, tgid, maps) => source.announce(key, tgid, maps),
        onRequest: (request) => source.answer(request),
        onTick: (tick) => this.#tick(tick),
        onRunEnd: (end) => this.#runEnded(end),
        onMessage: (tag, text) => this.#message(tag, text),
      },
    );
  }

  get state(): RecordingState {
    return this.#state;
  }

  get profile(): Profile {
    return this.session.profile;
  }

  get totals(): Totals {
    return this.session.totals;
  }

  get header(): CaptureHeader {
    return this.options.header;
  }

  /** Seconds of the kernel's clock from the first READY to the last tick. */
  get seconds(): number {
    return this.#lastAt;
  }

  /** Wall clock at tick time 0, milliseconds since the epoch; a password may come before it. */
  get startedAt(): number {
    return this.#startedAt;
  }

  /** What the load did; undefined for a recording that does not ask. */
  get load(): LoadStatus | undefined {
    return this.#watch?.status;
  }

  /** The kernel does not gate this metric: we start and end bpftrace as the load goes. */
  get #gatedOutside(): boolean {
    const { limit } = this.options.header;
    return limit !== undefined && limit.metric !== 'run-queue';
  }

  start(): void {
    const { captureFile, header } = this.options;
    if (captureFile !== undefined) {
      this.#capture = new CaptureWriter(captureFile, header, (error) =>
        this.hooks.onCaptureLost?.(error.message),
      );
    }
    this.source.start((event) => this.#event(event));
    if (!this.#gatedOutside) this.source.command('run');
  }

  /** Ends the recording; safe to call at any time and more than once. */
  stop(): void {
    if (this.#state === 'stopping' || this.#state === 'ended') return;
    this.#enter('stopping');
    this.source.stop();
  }

  #event(event: SourceEvent): void {
    this.#capture?.write(event);
    this.session.feed(event);
    if (event.kind === 'load') this.#loadRead(event.at, event.value);
    if (event.kind === 'stop') this.#enter('stopping');
    if (event.kind === 'end') void this.#end(event.status);
  }

  #enter(state: RecordingState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.hooks.onState?.(state);
  }

  #ready(): void {
    this.#collisionsBefore = this.totals.reasons.collision;
    this.#attached = true;
    this.#begin();
  }

  /** Everything is attached, or, while bpftrace waits for the load, ready to be. */
  #begin(): void {
    if (this.#state !== 'starting') return;
    this.#begun = true;
    this.#enter('recording');
    const { durationSeconds } = this.options;
    if (durationSeconds === undefined || this.source.way === 'replay') return;
    this.#stopIn(durationSeconds * 1000);
  }

  #stopIn(milliseconds: number): void {
    const rest = milliseconds - LONGEST_TIMER_MS;
    if (rest <= 0) this.#timer = setTimeout(() => this.stop(), milliseconds);
    else this.#timer = setTimeout(() => this.#stopIn(rest), LONGEST_TIMER_MS);
  }

  #tick(tick: CompletedTick): void {
    this.#lastAt = tick.at;
    // Without any sample bpftrace prints no load: every CPU was idle.
    if (!this.#gatedOutside && !tick.final) this.#watchLoad(tick.at, tick.load ?? 0);
    const causes = this.labels.add(tick);
    this.journal?.add(tick);
    this.hooks.onTick?.(tick);
    if (causes.length > 0) this.hooks.onUnusual?.(causes);
    this.#renewIfFull(tick);
    this.#reportIfDue(tick.at);
    const { durationSeconds } = this.options;
    if (this.source.way === 'replay' && tick.at >= (durationSeconds ?? Infinity)) this.stop();
  }

  /** Ticks come a little late: half a tick of grace keeps the reports on their seconds. */
  #reportIfDue(at: number): void {
    const { reportInterval, options } = this.options.header;
    const due = Math.floor((at + options.tick / 2) / reportInterval);
    if (due <= this.#reports || this.#state !== 'recording') return;
    this.#reports = due;
    this.hooks.onReport?.();
  }

  #renewIfFull({ seconds, totals }: CompletedTick): void {
    const rate = seconds > 0 ? (totals.fired - this.#fired) / seconds : 0;
    this.#fired = totals.fired;
    const collisions = totals.reasons.collision - this.#collisionsBefore;
    if (collisions === 0 || collisions < rate * RENEWAL_SECONDS) return;
    this.#renew();
  }

  #renew(): void {
    if (this.#ending || this.#state !== 'recording') return;
    if (this.#gatedOutside && !this.#watch?.over) return;
    this.#ending = 'renew';
    this.source.command('renew');
  }

  #began(at: number): void {
    // A capture may say anything, and beyond this there is no date.
    if (!(at > 0 && at <= 8.64e15)) return;
    this.#startedAt = at;
    this.labels.startedAt = at;
  }

  #slept(seconds: number): void {
    this.#tell(
      `The machine slept for ${seconds} s; bpftrace starts anew, to sample every CPU again.`,
    );
    this.#renew();
  }

  #runEnded({ status, complete }: RunEnd): void {
    const asked = this.#ending;
    const lossless = complete || !this.#attached;
    this.#ending = undefined;
    this.#runs = false;
    this.#attached = false;
    if (asked && this.#state !== 'stopping') return this.#askedToEnd(asked, lossless);
    if (this.#state === 'stopping' && lossless) return;
    // Also one that had to be killed at the stop: what it held since its last tick is missing.
    this.#stopped = this.#state === 'stopping';
    this.#bpftraceStatus = status;
    this.stop();
  }

  /** On a machine that is too busy it does not end in time, and is killed in the middle of its last maps. */
  #askedToEnd(asked: 'renew' | 'pause', lossless: boolean): void {
    // The load may have fallen during a renewal. After one that goes on READY says what was lost.
    if (asked === 'pause' || (this.#gatedOutside && !this.#watch?.over)) {
      this.labels.close();
      this.session.paused(lossless);
    }
    if (!lossless) {
      this.#tell('bpftrace did not end in time and was killed: its last tick is counted as lost.');
    }
    if (this.#gatedOutside) this.#followLoad();
    else this.source.command('run');
  }

  #loadRead(at: number, value: number): void {
    if (this.session.helper) this.#begin();
    this.#watchLoad(at, value);
    this.#followLoad();
  }

  /** By the load as it is, not as it changes: it may have gone over while root was asked for. */
  #followLoad(): void {
    const over = this.#watch?.over === true;
    if (this.#state !== 'recording' || this.#ending || over === this.#runs) return;
    this.#runs = over;
    if (over) return this.source.command('run');
    this.#ending = 'pause';
    this.source.command('pause');
  }

  #watchLoad(at: number, value: number): void {
    if (!this.#watch) return;
    const crossed = this.#watch.add(at, value);
    this.hooks.onLoad?.(this.#watch.status, crossed);
  }

  #message(tag: string, text: string): void {
    if (tag === 'M') return;
    if (tag === 'S' && text.startsWith('FAIL ')) this.#refusal = text.slice(5);
    if (tag === 'R') this.#replayBroken = text;
    if (tag === 'T') this.#began(Number(text));
    if (tag === 'Z') this.#slept(Number(text));
    if (tag === 'S' || tag === 'T' || tag === 'Z') return;
    const short = shorten(text, LONGEST_MESSAGE);
    this.#messages.push(short);
    if (this.#messages.length > KEPT_MESSAGES) this.#messages.shift();
    this.#tell(short);
  }

  #tell(text: string): void {
    this.#told++;
    if (this.#told < TOLD_MESSAGES) this.hooks.onMessage?.(text);
    if (this.#told === TOLD_MESSAGES) this.hooks.onMessage?.('Further messages are left out.');
  }

  async #end(status: number | null): Promise<void> {
    clearTimeout(this.#timer);
    await this.#capture?.close();
    const failure = this.#failure(status);
    this.#enter('ended');
    // What is unusual now is so until here.
    this.labels.close();
    // A recording that never began leaves what is there from an earlier time.
    if (this.#begun) this.hooks.onReport?.();
    this.#resolveEnd({ failure });
  }

  #failure(status: number | null): Failure | undefined {
    if (this.#replayBroken !== undefined) return brokenReplay(this.#replayBroken);
    const asked = this.#state === 'stopping' && this.#bpftraceStatus === undefined;
    if (asked && status === HUNG && this.session.helper) return helperHung;
    if (asked && !this.session.helper && this.#refusal === undefined) return calledOff;
    return explainEnd({
      way: this.source.way,
      status,
      greeted: this.session.helper !== undefined,
      refusal: this.#refusal,
      messages: this.#messages,
      bpftraceStatus: this.#bpftraceStatus,
      stopped: this.#stopped,
    });
  }
}

function brokenReplay(reason: string): Failure {
  return {
    kind: 'replay',
    exitCode: 5,
    problem: `The replay ended early: ${reason}.`,
    advice: 'Its complete ticks were counted and saved.',
  };
}
