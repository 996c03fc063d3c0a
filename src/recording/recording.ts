/**
 * One recording, live or replayed, from its start to its end: feeds a session, keeps the capture
 * file, renews a bpftrace whose stack maps are full, and says when there is something to show.
 *
 *   starting --READY--> recording --stop, duration, failure--> stopping --end--> ended
 */
import { explainEnd } from '../failures/explainEnd';
import {
  bpftraceSilent,
  calledOff,
  helperHung,
  helperSilent,
  HUNG,
  type Failure,
} from '../failures/failure';
import type { CaptureHeader } from '../ticks/captureHeader';
import { CaptureWriter } from '../sources/captureWriter';
import type { CpuChange, Silence, SourceEvent } from '../ticks/events';
import { Session, type CompletedTick, type RunEnd } from '../ticks/session';
import type { Source } from '../sources/source';
import type { TerminalCommand } from '../helper/terminalHelper';
import type { Totals } from '../core/accounting';
import { LoadWatch, type LoadStatus } from '../core/loadWatch';
import { noDataText } from '../core/noData';
import type { Profile } from '../core/profile';
import { Labels, type Cause } from '../labels/labels';
import { BpftraceRun, type Asked } from './bpftraceRun';
import { MessageLog } from './messageLog';
import { ReportSchedule } from './reportSchedule';
import type { Recorded } from '../ticks/recorded';

export type RecordingState = 'starting' | 'recording' | 'stopping' | 'ended';

export interface RecordingHooks {
  onState?(state: RecordingState): void;
  onTick?(tick: CompletedTick): void;
  /** Something unusual began. */
  onUnusual?(causes: readonly Cause[]): void;
  /** Every `reportInterval` seconds of the kernel's clock. */
  onReport?(recording: Recorded): void;
  /** For the log: what bpftrace said, and what we did about it. */
  onMessage?(text: string): void;
  /** For the person, now: something that the recording goes on in spite of. */
  onNotice?(text: string): void;
  /** No data for that many seconds, each second; undefined when there is some again. */
  onSilence?(seconds: number | undefined): void;
  /** The capture file ends before the recording. */
  onCaptureLost?(reason: string): void;
  /** A way to root is tried now, and why this one. */
  onWay?(text: string): void;
  /** The person has to run this in a terminal: it asks for a password there. */
  onTerminal?(command: TerminalCommand): void;
  /** A new reading of the load; `crossed` when it went over or back under the threshold. */
  onLoad?(status: LoadStatus, crossed: boolean): void;
}

export interface RecordingEnd {
  readonly failure: Failure | undefined;
  /** Something was sampled, or could have been. Else the results of an earlier recording stay. */
  readonly begun: boolean;
}

export interface RecordingOptions {
  readonly header: CaptureHeader;
  /** Save everything the helper says here. */
  readonly captureFile?: string | undefined;
  /** Stop by itself after this many seconds. */
  readonly durationSeconds?: number | undefined;
}

/** A timer of Node.js takes no more, 24.8 days: it would go off at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** bpftrace that gave no data is started anew so often, and again after some time without trouble. */
const MOST_RESTARTS = 2;
const GOOD_SECONDS = 300;
/** One that was started anew has so long to be READY, on a machine that is very busy. */
const ATTACH_SECONDS = 60;

export class Recording implements Recorded {
  readonly session: Session;
  readonly labels: Labels;
  readonly ended: Promise<RecordingEnd>;
  #state: RecordingState = 'starting';
  #resolveEnd: (end: RecordingEnd) => void = () => {};
  /** What bpftrace and pkexec say. */
  readonly #log: MessageLog;
  #refusal: string | undefined;
  #bpftraceStatus: number | undefined;
  /** It ended so when it had been told to. */
  #stopped = false;
  readonly #watch: LoadWatch | undefined;
  readonly #run: BpftraceRun;
  #silence: Silence | undefined;
  /** How long it had lasted when bpftrace was started last. */
  #silentAtStart = 0;
  #restarts = 0;
  #restartedAt = 0;
  /** It gave no data after all of them. */
  #gaveUp = false;
  #begun = false;
  #startedAt: number;
  readonly #reports: ReportSchedule;
  #lastAt = 0;
  #capture: CaptureWriter | undefined;
  #timer: NodeJS.Timeout | undefined;
  #replayBroken: string | undefined;

  constructor(
    private readonly source: Source,
    private readonly options: RecordingOptions,
    private readonly hooks: RecordingHooks,
  ) {
    const { options: capture, maxStacks, limit, startedAt, reportInterval } = options.header;
    this.#startedAt = startedAt;
    this.#watch = limit && new LoadWatch(limit);
    this.#reports = new ReportSchedule({ interval: reportInterval, tick: capture.tick });
    this.labels = new Labels(options.header);
    this.#run = new BpftraceRun({
      command: (word) => source.command(word),
      isWanted: () => this.#isWanted,
    });
    this.#log = new MessageLog((text) => hooks.onMessage?.(text));
    this.ended = new Promise((resolve) => (this.#resolveEnd = resolve));
    this.session = new Session(
      { stacks: capture.stacks, keys: capture.keys, maxStacks },
      {
        onReady: (run) => this.#ready(run),
        onProcess: (key, tgid, maps) => source.announce(key, tgid, maps),
        onRequest: (request) => source.answer(request),
        onTick: (tick) => this.#tick(tick),
        onMerged: (merged) => this.labels.merge(merged),
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

  /** Seconds for which there has been no data; undefined while all is well. */
  get silentSeconds(): number | undefined {
    return this.#silence?.seconds;
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

  /** There is something to sample: the load of a monitor may have fallen. */
  get #isWanted(): boolean {
    return this.#state === 'recording' && (!this.#gatedOutside || this.#watch?.over === true);
  }

  start(): void {
    const { captureFile, header } = this.options;
    if (captureFile !== undefined) {
      this.#capture = new CaptureWriter(captureFile, header, (error) =>
        this.hooks.onCaptureLost?.(error.message),
      );
    }
    this.source.start((event) => this.#event(event));
    if (!this.#gatedOutside) this.#start();
  }

  #start(): void {
    this.#silentAtStart = this.#silence?.seconds ?? 0;
    this.#run.start();
  }

  /** Ends the recording; safe to call at any time and more than once. */
  stop(): void {
    if (this.#state === 'stopping' || this.#state === 'ended') return;
    this.#enter('stopping');
    this.source.stop();
  }

  /** Nothing more comes of it; a replay goes on to its end, which is in the capture. */
  #stopItself(): void {
    if (this.source.way === 'replay') this.#enter('stopping');
    else this.stop();
  }

  #event(event: SourceEvent): void {
    this.#capture?.write(event);
    this.session.feed(event);
    if (event.kind === 'load') this.#loadRead(event.at, event.value);
    if (event.kind === 'silence') this.#silent(event.silence);
    if (event.kind === 'cpus') this.#cpusChanged(event.change);
    if (event.kind === 'notice') this.#notice(event.text);
    if (event.kind === 'stop') this.#enter('stopping');
    if (event.kind === 'end') void this.#end(event.status);
  }

  #enter(state: RecordingState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.hooks.onState?.(state);
  }

  #ready(run: number): void {
    this.#run.ready(run);
    this.#heard();
    this.#begin();
    this.#run.renewIfDue(this.#lastAt);
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
    if (tick.at - this.#restartedAt >= GOOD_SECONDS) this.#restarts = 0;
    this.#run.renewIfDue(tick.at);
    // Without any sample bpftrace prints no load: every CPU was idle.
    if (!this.#gatedOutside && !tick.final) this.#watchLoad(tick.at, tick.load ?? 0);
    const causes = this.labels.add(tick);
    this.hooks.onTick?.(tick);
    if (causes.length > 0) this.hooks.onUnusual?.(causes);
    if (this.session.helper?.stacksCollide) this.#run.renewIfFull(tick);
    this.#reportIfDue(tick.at);
    const { durationSeconds } = this.options;
    if (this.source.way === 'replay' && tick.at >= (durationSeconds ?? Infinity)) this.stop();
  }

  #reportIfDue(at: number): void {
    if (this.#state !== 'recording') return;
    const now = this.source.way === 'replay' ? at : performance.now() / 1000;
    if (this.#reports.isDue(at, now)) this.hooks.onReport?.(this);
  }

  /** One that hangs while it attaches its probes can do so for longer: it has a lot to do then. */
  #silent(silence: Silence): void {
    const isStopping = this.#state === 'stopping' || this.#state === 'ended';
    if (isStopping || !this.#run.isRunning) return;
    const attaching = silence.seconds - this.#silentAtStart;
    const mayTakeLonger = !this.#run.isAttached && attaching < ATTACH_SECONDS;
    // The first one has no data to give before it is ready.
    if (this.#state === 'starting' && mayTakeLonger) return;
    const isNews = this.#silence === undefined;
    this.#silence = silence;
    this.hooks.onSilence?.(silence.seconds);
    if (isNews) this.#notice(silenceText(silence));
    if (this.#run.isEnding || mayTakeLonger) return;
    if (this.#restarts >= MOST_RESTARTS) return this.#giveUp();
    this.#restarts++;
    this.#restartedAt = this.#lastAt;
    this.#run.renew();
  }

  #giveUp(): void {
    this.#gaveUp = true;
    this.#stopItself();
  }

  #heard(): void {
    if (this.#silence)
      this.#notice('bpftrace gives data again; what is missing is counted as lost.');
    this.#calm();
  }

  #calm(): void {
    if (!this.#silence) return;
    this.#silence = undefined;
    this.hooks.onSilence?.(undefined);
  }

  #cpusChanged({ gone, back }: CpuChange): void {
    if (gone.length > 0) this.#notice(`${cpusText(gone)} offline: nothing is sampled there.`);
    if (back.length === 0) return;
    this.#notice(`${cpusText(back)} online again; bpftrace starts anew, to sample every CPU.`);
    this.#run.renewSoon(this.#lastAt);
  }

  #began(at: number): void {
    // A capture may say anything, and beyond this there is no date.
    if (!(at > 0 && at <= 8.64e15)) return;
    this.#startedAt = at;
    this.labels.startedAt = at;
  }

  #slept(seconds: number): void {
    this.#notice(
      `The machine slept for ${seconds} s; bpftrace starts anew, to sample every CPU again.`,
    );
    this.#run.renewIfSampling();
  }

  #runEnded({ status, complete }: RunEnd): void {
    // Both the helper and bpftrace may say it of one end.
    if (!this.#run.isRunning) return;
    const lossless = complete || !this.#run.isAttached;
    const isStopping = this.#state === 'stopping';
    const asked = this.#run.end(isStopping);
    if (asked) return this.#askedToEnd(asked, lossless);
    if (isStopping && lossless) return;
    // Also one that had to be killed at the stop: what it held since its last tick is missing.
    this.#stopped = isStopping;
    this.#bpftraceStatus = status;
    this.#stopItself();
  }

  /** On a machine that is too busy it does not end in time, and is killed in the middle of its last maps. */
  #askedToEnd(asked: Asked, lossless: boolean): void {
    // The load may have fallen during a renewal. After one that goes on READY says what was lost.
    if (asked === 'pause' || (this.#gatedOutside && !this.#watch?.over)) {
      this.labels.close();
      this.session.paused(lossless);
      this.#calm();
    }
    if (!lossless) {
      this.#notice(
        'bpftrace was ended before it had told its last samples: they are counted as lost.',
      );
    }
    if (this.#gatedOutside) this.#followLoad();
    else this.#start();
  }

  #loadRead(at: number, value: number): void {
    if (this.session.helper) this.#begin();
    this.#watchLoad(at, value);
    this.#followLoad();
  }

  /** By the load as it is, not as it changes: it may have gone over while root was asked for. */
  #followLoad(): void {
    const over = this.#watch?.over === true;
    if (this.#state !== 'recording' || this.#run.isEnding || over === this.#run.isRunning) return;
    if (over) this.#start();
    else this.#run.pause();
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
    this.#log.add(text);
  }

  /** Never folded: how often bpftrace repeats itself takes nothing from it. */
  #notice(text: string): void {
    this.hooks.onMessage?.(text);
    this.hooks.onNotice?.(text);
  }

  async #end(status: number | null): Promise<void> {
    clearTimeout(this.#timer);
    this.#log.close();
    await this.#capture?.close();
    const failure = this.#failure(status);
    this.#enter('ended');
    // What is unusual now is so until here.
    this.labels.close();
    this.#resolveEnd({ failure, begun: this.#begun });
  }

  #failure(status: number | null): Failure | undefined {
    if (this.#replayBroken !== undefined) return brokenReplay(this.#replayBroken);
    if (this.#gaveUp) return bpftraceSilent;
    if (status === HUNG && this.#state !== 'stopping') return helperSilent;
    const asked = this.#state === 'stopping' && this.#bpftraceStatus === undefined;
    if (asked && status === HUNG && this.session.helper) return helperHung;
    if (asked && !this.session.helper && this.#refusal === undefined) return calledOff;
    return explainEnd({
      way: this.source.way,
      status,
      greeted: this.session.helper !== undefined,
      refusal: this.#refusal,
      messages: this.#log.lastWords,
      bpftraceStatus: this.#bpftraceStatus,
      stopped: this.#stopped,
    });
  }
}

/** `no data for 5 s, starting bpftrace again` */
function silenceText({ missing, seconds }: Silence): string {
  const why = missing === 'samples' ? ' (its probes have stopped firing)' : '';
  return `${noDataText(seconds)}${why}`;
}

/** `CPU 1 is`, `CPUs 1, 2 are` */
function cpusText(cpus: readonly number[]): string {
  return cpus.length === 1 ? `CPU ${cpus[0]} is` : `CPUs ${cpus.join(', ')} are`;
}

function brokenReplay(reason: string): Failure {
  return {
    kind: 'replay',
    exitCode: 5,
    problem: `The replay ended early: ${reason}.`,
    advice: 'Its complete ticks were counted and saved.',
  };
}
