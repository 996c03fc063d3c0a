/**
 * A live helper: starts it, passes on what it says, and makes sure that nothing of it is left.
 *
 * An unprivileged engine cannot signal a helper that is root: it ends it by closing its input, and
 * a bpftrace without a helper by closing the pipe it writes to.
 */
import { spawn } from 'node:child_process';
import type { Launch } from '../privilege/elevation';
import type { HelperProcess } from '../privilege/helperProcess';
import { readBusyMs, readOnlineCpus } from './cpuState';
import { CpuWatch } from './cpuWatch';
import type { LifeKey, Nanoseconds, SourceEvent, TickRequest } from '../ticks/events';
import { Deadline } from './deadline';
import { HUNG } from '../failures/failure';
import { LateNames } from '../naming/lateNames';
import { LineSplitter } from './lineSplitter';
import { SymbolRequests } from '../naming/symbolRequests';
import type { CaptureOptions } from '../ticks/options';
import { SafeSignalWindow } from './safeSignalWindow';
import { MappingQuestions } from './mappingQuestions';
import { readMaps } from './ownMaps';
import { readClocks, SleepWatch } from './sleepWatch';
import type { Source } from './source';
import { LOOK_MS, Watchdog } from './watchdog';

/** The helper kills a bpftrace that hangs after 5 s: once told to stop, it has ended by then. */
const STOP_TIMEOUT_MS = 6_000;
/** The same for `pause`, and for `run`, with some time for a machine that is busy. */
const OBEY_TIMEOUT_MS = 10_000;
/** PAUSED comes by another pipe than the last maps, and may overtake them. */
const LAST_WORDS_MS = 2_000;
/** What is still in the pipes when the helper is gone arrives at once, or it is not ours. */
const DRAIN_MS = 500;
/** As a shell says it of a program that it cannot run. */
const NOT_STARTED = 127;

export class LiveSource implements Source {
  readonly #symbolRequests = new SymbolRequests();
  readonly #late = new LateNames(this.#symbolRequests, (answers) =>
    this.#deliver({ kind: 'names', answers }),
  );
  readonly #mappings = new MappingQuestions((words) => this.#say(words));
  #process: HelperProcess | undefined;
  #deliver: (event: SourceEvent) => void = () => {};
  #answering: Promise<void> = Promise.resolve();
  #isStopping = false;
  /** Answers that the helper owes us, in order, and until when. */
  #owed: ('START' | 'PAUSED')[] = [];
  readonly #deadline = new Deadline(() => void this.#abandon());
  /** It has spoken, so it is root and obeys; before that somebody may be typing a password. */
  #greeted = false;
  readonly #sleep = new SleepWatch(readClocks);
  readonly #cpus = new CpuWatch(readOnlineCpus);
  readonly #signalWindow: SafeSignalWindow;
  readonly #watchdog: Watchdog;
  /** A run was started, and its EXIT has not been read. */
  #runOpen = false;
  #runLost = false;
  readonly #lastWords = new Deadline(() => this.#runGone());
  #looks: NodeJS.Timeout | undefined;
  #timeTold = false;
  #ended = false;

  /**
   * @param capture with `own` the helper gives no mappings: those of our own processes we may read
   * @param readLoad read once a second and told, where the load decides what is recorded
   */
  constructor(
    private readonly launch: Launch,
    private readonly capture: Pick<CaptureOptions, 'tick' | 'hz' | 'own'>,
    private readonly readLoad?: () => number | undefined,
  ) {
    const now = (): number => performance.now();
    this.#signalWindow = new SafeSignalWindow(1_000 * capture.tick, now);
    this.#watchdog = new Watchdog(capture, now, readBusyMs);
  }

  get way(): Launch['way'] {
    return this.launch.way;
  }

  start(deliver: (event: SourceEvent) => void): void {
    this.#deliver = deliver;
    const child = this.#open();
    if (!child) return;
    child.on('error', (error: Error) => this.#message(error.message));
    child.once('error', () => void this.#end(NOT_STARTED));
    // Out of descriptors it has no pipes, and says so in a moment.
    if (!child.stdout) return;
    this.#process = child;
    this.#read(child.stdout, (line) => this.#output(line));
    this.#read(child.stderr, (line) => this.#message(line));
    // Writing to a helper that is gone is no news: its end is reported by itself.
    child.stdin.on('error', () => {});
    child.once('exit', (status) => void this.#drain(child, status));
    this.#watchMachine();
  }

  /** undefined: it could not even be tried (out of memory), and that was said. */
  #open(): HelperProcess | undefined {
    try {
      return this.launch.connect?.() ?? this.#spawn();
    } catch (error) {
      this.#message((error as Error).message);
      this.#end(NOT_STARTED);
      return undefined;
    }
  }

  #spawn(): HelperProcess {
    const { file, arguments: words, environment } = this.launch;
    // Not by execa: out of descriptors it throws, and leaves a child whose error nobody hears.
    return spawn(file, [...words], { cwd: '/', env: { ...environment } });
  }

  #output(line: string): void {
    if (line.startsWith('READY ')) this.#tellTime();
    const isExit = line.startsWith('EXIT ');
    if (this.#isOfLostRun(line, isExit)) return;
    if (isExit) this.#runOpen = false;
    this.#watchdog.see(line);
    this.#deliver({ kind: 'output', line });
    this.#signalWindow.see(line);
    this.#lastWords.postpone();
  }

  /** Its end was not waited for any more: what it says all the same belongs to no run. */
  #isOfLostRun(line: string, isExit: boolean): boolean {
    if (!this.#runLost) return false;
    this.#runLost = !isExit && !line.startsWith('READY ');
    return this.#runLost || isExit;
  }

  /** `T 1792000000000`: when bpftrace was ready first, from which the ticks are reckoned. */
  #tellTime(): void {
    if (this.#timeTold) return;
    this.#timeTold = true;
    this.#deliver({ kind: 'message', line: `T ${Date.now()}` });
  }

  announce(key: LifeKey, tgid: number, maps: string): void {
    this.#symbolRequests.announce(key, tgid, maps);
  }

  /** One request after the other, so that answers come in the order of the ticks. */
  answer(request: TickRequest): void {
    this.#answering = this.#answering.then(async () => {
      const answers = await this.#symbolRequests.answer(request, (tgid) =>
        this.capture.own ? readMaps(tgid) : this.#mappings.ask(tgid),
      );
      if (this.#ended) return;
      this.#deliver({ kind: 'answers', answers });
      for (const text of this.#symbolRequests.takeNotices())
        this.#deliver({ kind: 'notice', text });
      this.#late.expect();
    });
  }

  command(word: 'run' | 'pause' | 'renew'): void {
    this.#signalWindow.soon(() => {
      if (word === 'renew') this.#deliver({ kind: 'renewal' });
      if (word === 'renew') this.#watchdog.renew();
      if (word === 'pause') this.#watchdog.rest();
      this.#say(word === 'renew' ? 'pause' : word);
      this.#owed.push(word === 'run' ? 'START' : 'PAUSED');
      this.#waitForAnswer();
    });
  }

  /** Before it has spoken somebody may be asked for a password, and that may take its time. */
  #waitForAnswer(): void {
    if (this.#isStopping || !this.#greeted) return;
    if (this.#owed.length > 0) this.#deadline.set(OBEY_TIMEOUT_MS);
    else this.#deadline.clear();
  }

  stop(): void {
    if (this.#isStopping || !this.#process) return;
    this.#isStopping = true;
    this.#watchdog.rest();
    this.#deliver({ kind: 'stop', ...this.#at });
    const helper = this.#process;
    this.#signalWindow.soon(() => {
      this.#deadline.set(STOP_TIMEOUT_MS);
      this.#say('stop');
      helper.stdin.end();
    });
    if (!this.#greeted && this.way !== 'direct') callOff(helper);
  }

  get #at(): { at?: Nanoseconds } {
    const { now } = this.#signalWindow.clock;
    return now === undefined ? {} : { at: now };
  }

  #say(words: string): void {
    const input = this.#process?.stdin;
    if (input?.writable) input.write(`${words}\n`);
  }

  /** Once a second: the load, where it decides what is recorded, and all that ends the sampling. */
  #watchMachine(): void {
    const started = performance.now();
    this.#cpus.look();
    this.#looks = setInterval(() => {
      const at = Math.round(performance.now() - started) / 1000;
      const value = this.readLoad?.();
      if (value !== undefined) this.#deliver({ kind: 'load', value, at });
      const slept = this.#sleep.slept();
      if (slept > 0) this.#watchdog.forgive();
      if (slept > 0 && this.#greeted) this.#deliver({ kind: 'message', line: `Z ${slept}` });
      const change = this.#cpus.look();
      if (change) this.#deliver({ kind: 'cpus', change });
      const silence = this.#watchdog.look();
      if (silence) this.#deliver({ kind: 'silence', silence });
    }, LOOK_MS);
  }

  #read(stream: NodeJS.ReadableStream, line: (text: string) => void): void {
    const splitter = new LineSplitter();
    stream.on('data', (chunk: Buffer) => splitter.push(chunk).forEach(line));
    stream.on('end', () => splitter.finish().forEach(line));
    stream.on('error', () => {});
  }

  #message(line: string): void {
    if (line.startsWith('S ')) this.#obeyed(line.slice(2));
    this.#mappings.see(line);
    this.#deliver({ kind: 'message', line });
  }

  /** `HELLO 1 0.23.2 x86_64`, `START 14357`, `PAUSED` */
  #obeyed(line: string): void {
    const [word = ''] = line.split(' ');
    const isFirst = !this.#greeted;
    this.#greeted = true;
    const answered = this.#owed.findIndex((owed) => owed === word);
    // One that was told to end at once may not have been said to start.
    if (answered >= 0) this.#owed.splice(0, answered + 1);
    if (answered >= 0 || isFirst) this.#waitForAnswer();
    if (word === 'START') this.#started();
    if (word === 'PAUSED' && this.#runOpen) this.#lastWords.set(LAST_WORDS_MS);
  }

  #started(): void {
    this.#runOpen = true;
    this.#lastWords.clear();
    this.#watchdog.attach();
  }

  #runGone(): void {
    if (!this.#runOpen) return;
    this.#runOpen = false;
    this.#runLost = true;
    this.#watchdog.end();
    this.#deliver({ kind: 'gone' });
  }

  /** The helper is gone: read what is left, then close the pipes, so that bpftrace dies too. */
  async #drain(child: HelperProcess, status: number | null): Promise<void> {
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const patience = new Promise<void>((resolve) => setTimeout(resolve, DRAIN_MS).unref());
    await Promise.race([closed, patience]);
    this.#closePipes(child);
    this.#mappings.close();
    await this.#answering;
    await this.#late.finish();
    this.#end(status);
  }

  /** It does not answer: what it said so far is still counted, with the names that are known. */
  async #abandon(): Promise<void> {
    if (this.#process) this.#closePipes(this.#process);
    // It may hang for ever, and we do not wait for that.
    this.#process?.unref?.();
    this.#mappings.close();
    await this.#answering;
    await this.#late.finish();
    this.#end(HUNG);
  }

  #closePipes(child: HelperProcess): void {
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
  }

  #end(status: number | null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#deadline.clear();
    this.#lastWords.clear();
    this.#signalWindow.close();
    clearInterval(this.#looks);
    this.#deliver({ kind: 'end', status, ...this.#at });
  }
}

/** pkexec and sudo may still be asking: ended, they take their question along. */
function callOff({ pid }: HelperProcess): void {
  try {
    if (pid !== undefined) process.kill(pid, 'SIGTERM');
  } catch {
    // It is root already, and ends when its input does.
  }
}
