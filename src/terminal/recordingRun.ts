/** One recording in a terminal, from its start to its closing line: for `record` and `monitor`. */
import { resolve } from 'node:path';
import { failureText, type Failure } from '../failures/failure';
import { readLoad } from '../sources/loadReading';
import { DEFAULT_CAPTURE, DEFAULT_MAX_STACKS, describeCapture } from '../ticks/options';
import { describeLosses, formatCount } from '../core/accounting';
import { describeLoad, type LoadStatus } from '../core/loadWatch';
import { noDataText } from '../core/noData';
import { printable } from '../core/printable';
import { describeReadError } from '../files/readFile';
import { limitHeap } from '../recording/limitHeap';
import { describeFileError } from '../results/outputFiles';
import type { Recording } from '../recording/recording';
import {
  RecordingJob,
  type JobEnd,
  type JobListener,
  type JobRefusal,
  type JobRequest,
  type ReplayRequest,
} from '../recording/recordingJob';
import { logDocument } from '../results/resultFiles';
import type { LiveRequest } from '../recording/startRecording';
import { blocksReport, describeEpisodes } from '../results/loadReport';
import { causeText } from '../labels/unusualText';
import { requireProcesses, type ReportFormat, type RunArguments } from './arguments';
import { requireCapture } from './capturePlace';
import { ChildCommand } from './childCommand';
import { Console } from './console';
import { NOT_WRITTEN } from './output';
import { formatTable } from './table';
import { UsageError } from './usageError';

/**
 * @param name of the command: another recording in the folder is refused with it
 * @returns the exit code
 */
export async function runRecording(options: RunArguments, name: string): Promise<number> {
  requireReady(options);
  limitHeap();
  return new RecordingRun(options, name).run();
}

function requireReady(options: RunArguments): void {
  if (options.bpftrace !== undefined && process.getuid?.() !== 0) {
    throw new UsageError('--bpftrace is only for root: it names a program that runs as root');
  }
  if (options.replay === undefined) {
    requireProcesses(options.pids);
    requireMetric(options);
  }
  requireCapture(options.capture);
}

function requireMetric({ limit }: RunArguments): void {
  if (limit === undefined || readLoad(limit.metric) !== undefined) return;
  const advice = 'it is built without PSI; use --metric run-queue or load-average';
  throw new UsageError(`--metric ${limit.metric}: this kernel does not tell it (${advice})`);
}

const REPORTS: Record<ReportFormat, (recording: Recording, columns: number) => string> = {
  json: logDocument,
  table: (recording, columns) => `${formatTable(recording, columns)}\n`,
  blocks: blocksReport,
  none: () => '',
};

class RecordingRun {
  readonly #console = new Console(() => this.#stop());
  #recording: Recording | undefined;
  #child: ChildCommand | undefined;
  #captureLost = false;

  constructor(
    private readonly options: RunArguments,
    private readonly name: string,
  ) {}

  async run(): Promise<number> {
    const job = RecordingJob.make(this.#request(), this.#listener());
    if ('refused' in job) return this.#refuse(job);
    this.#recording = job.recording;
    const forget = this.#onSignals();
    this.#announce(job.recording);
    const end = await job.run();
    forget();
    this.#child?.cancel();
    return this.#finish(job.recording, end);
  }

  #request(): JobRequest {
    const folder = resolve(this.options.folder);
    return { source: () => this.#source(), folder, holder: this.name };
  }

  #source(): LiveRequest | ReplayRequest {
    const { replay, capture, duration, command, stacks, hz, own, interval, bpftrace, limit } =
      this.options;
    const common = { captureFile: capture, durationSeconds: duration };
    if (replay !== undefined) return { replay, pace: 'fast', ...common };
    if (command.length > 0) this.#child = new ChildCommand(command);
    const pids = this.#child ? [this.#child.pid] : this.options.pids;
    return {
      capture: { ...DEFAULT_CAPTURE, stacks, hz, pids, own, follow: this.#child !== undefined },
      maxStacks: DEFAULT_MAX_STACKS,
      limit,
      reportInterval: interval,
      bpftrace,
      ...common,
    };
  }

  #listener(): JobListener {
    return {
      onState: (state) => {
        if (state === 'recording') this.#release();
      },
      onTick: () => this.#showStatus(),
      onSilence: () => this.#showStatus(),
      onNotice: (text) => this.#console.say(printable(text)),
      onWay: (text) => this.#way(text),
      onLoad: (load, crossed) => this.#loadRead(load, crossed),
      onUnusual: (causes) =>
        causes.forEach((cause) => this.#console.say(`Unusual: ${causeText(cause)}`)),
      onReport: (last) => this.#report(last),
      onComplaint: (text) => this.#console.complain(text),
      onCaptureLost: (reason) => {
        this.#captureLost = true;
        this.#console.complain(`--capture ${this.options.capture}: it ends here: ${reason}`);
      },
    };
  }

  #showStatus(): void {
    if (!this.#recording) return;
    const { seconds, totals, load, silentSeconds } = this.#recording;
    const silent = silentSeconds === undefined ? undefined : noDataText(silentSeconds);
    const words = silent ?? (load && describeLoad(load));
    this.#console.status(seconds, totals.recorded, totals.lost, words);
  }

  /** As root there is nothing to tell. */
  #way(text: string): void {
    if (process.getuid?.() !== 0) this.#console.say(printable(text));
  }

  #loadRead(load: LoadStatus, crossed: boolean): void {
    if (crossed) this.#console.say(capital(describeLoad(load)));
  }

  /** The command goes as soon as its samples are counted; when it ends, so do we. */
  #release(): void {
    const child = this.#child;
    if (!child) return;
    child.release();
    void child.ended.then((status) => {
      if (status !== 0) this.#console.say(`The command ended with ${status}.`);
      this.#stop();
    });
  }

  #announce({ header }: Recording): void {
    const { options } = header;
    if (this.options.replay !== undefined) {
      this.#console.say(`Replaying ${describeCapture(options)} from ${this.options.replay}.`);
      return;
    }
    const { limit } = header;
    const when = limit ? ` while the ${limit.metric} is over ${limit.threshold},` : '';
    const slower = options.hz < this.options.hz ? ` instead of ${this.options.hz}` : '';
    const why = slower ? `, so that ${header.cpus} CPUs lose nothing` : '';
    this.#console.say(
      `Recording ${describeCapture(options)}${when} at ${options.hz} Hz${slower}${why}. Ctrl-C ends it.`,
    );
  }

  #report(last: boolean): void {
    const recording = this.#recording;
    if (!recording) return;
    const report = () => REPORTS[this.options.format](recording, this.#console.columns);
    this.#console.report(report, last);
  }

  #stop(): void {
    this.#recording?.stop();
  }

  /** Ctrl-C, kill and a closed terminal end a recording as --duration does. */
  #onSignals(): () => void {
    const stop = (): void => this.#stop();
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    for (const signal of signals) process.on(signal, stop);
    return () => signals.forEach((signal) => process.removeListener(signal, stop));
  }

  /** @throws UsageError where another argument would help */
  #refuse(refusal: JobRefusal): number {
    const { folder, replay } = this.options;
    switch (refusal.refused) {
      case 'failure':
        return this.#fail(refusal.failure);
      case 'unwritable':
        throw new UsageError(`-o: ${refusal.reason}`);
      case 'busy': {
        const { reason, advice } = refusal;
        throw new UsageError(`${reason} ${advice}, or use another folder: -o DIR`);
      }
      case 'lock':
        throw new UsageError(`-o: ${describeFileError(refusal.error, resolve(folder))}`);
      case 'noCapture':
        throw new UsageError(`--replay ${replay} is no capture: ${refusal.reason}`);
      case 'unreadable':
        if (replay === undefined) throw refusal.error;
        throw new UsageError(`--replay ${replay}: ${describeReadError(refusal.error)}`);
    }
  }

  #fail(failure: Failure): number {
    this.#child?.cancel();
    this.#console.complain(failureText(failure));
    return failure.exitCode;
  }

  #finish(recording: Recording, { failure, unsaved }: JobEnd): number {
    const unread = this.#console.unreadReports;
    if (unread > 0) this.#console.say(`${unread} reports were not printed: nobody read the last.`);
    if (failure) this.#console.complain(failureText(failure));
    for (const line of describeEpisodes(recording)) this.#console.say(line);
    this.#console.say(closingLine(recording));
    if (failure && failure.exitCode !== 0) return failure.exitCode;
    const lost = unsaved !== undefined || this.#captureLost || this.#console.reportsLost;
    return lost ? NOT_WRITTEN : 0;
  }
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** `4,012 samples in 312 stacks of 14 processes, 3,877 outside, 0 lost`: the contract's last line. */
export function closingLine({ profile, totals }: Recording): string {
  const processes = profile.processes.filter((process) => process.count > 0).length;
  const samples = `${formatCount(totals.recorded)} samples in ${formatCount(profile.entries)} stacks`;
  return `${samples} of ${formatCount(processes)} processes, ${formatCount(totals.outside)} outside, ${describeLosses(totals)}`;
}
