/** The extension's end of the engine: starts the process, asks, passes on what it says. */
import { fork, type ChildProcess, type ForkOptions } from 'node:child_process';
import { EventEmitter, type Disposable, type Event } from 'vscode';
import { ENGINE_OPTIONS } from '../../engine/engineOptions';
import type {
  Children,
  FeedAnswer,
  FeedQuestion,
  FromEngine,
  Row,
  Shown,
  ToEngine,
} from '../../messages/engineMessages';
import { Messenger, type Asked } from '../../messages/messenger';
import type { SpeedscopeAnswer } from '../../results/speedscopeFile';

type Question = Extract<ToEngine, { question: number }>;
type Answer = Extract<FromEngine, { question: number }>;

const NO_ROWS: Children = { rows: [], more: 0 };
/**
 * In a session of its own: the kernel then gives it a share of the CPUs of its own (sched(7), "The
 * autogroup feature"), and not a part of that of the build that runs in a terminal of the editor.
 */
const FORK_OPTIONS: ForkOptions = {
  detached: true,
  stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  execArgv: [...ENGINE_OPTIONS],
};
const GONE = 'The engine ended, or could not be started, before it had answered.';
/** It answers one question after the other, and one may be about the largest file there is. */
const ANSWER_MS = 600_000;

/** It ended, and not because it was asked to. */
export interface Crash {
  /** Its exit status or signal, or why it could not be started. */
  readonly how: string;
  /** False: there never was a process. */
  readonly started: boolean;
}

export class EngineClient implements Disposable {
  readonly #messages = new EventEmitter<FromEngine>();
  readonly #crashed = new EventEmitter<Crash>();
  readonly #messenger = new Messenger<Question, Answer>((question) => this.send(question), {
    name: 'The engine',
    timeoutMs: ANSWER_MS,
  });
  #process: ChildProcess | undefined;

  /** Everything the engine says, but for answers. */
  readonly onMessage: Event<FromEngine> = this.#messages.event;

  readonly onCrash: Event<Crash> = this.#crashed.event;

  /** @param file the bundled engine */
  constructor(private readonly file: string) {}

  send(message: ToEngine): void {
    this.#process ??= this.#start();
    // Where no process came of it its error is told in a moment, and it may have no `send`.
    if (this.#process?.pid === undefined) return;
    this.#process.send(message, () => {
      // A channel that is closed is reported by the exit event.
    });
  }

  /** Rows below a row; none when there is no engine, or when it goes before it has answered. */
  async children(asked: Omit<Asked<Question, 'children'>, 'type'>): Promise<Children> {
    if (!this.#process) return NO_ROWS;
    const answer = this.#messenger.ask({ type: 'children', ...asked });
    return answer.then(
      ({ children }) => children,
      () => NO_ROWS,
    );
  }

  /** From the processes down to a row. */
  async locate(row: string): Promise<readonly Row[]> {
    const answer = this.#messenger.ask({ type: 'locate', row });
    return answer.then(
      ({ path }) => path,
      () => [],
    );
  }

  /** Lets the tree show a file, or the recording again. */
  async showFile(file: string | undefined): Promise<Shown> {
    const asked = file === undefined ? {} : { file };
    const answer = this.#messenger.ask({ type: 'showFile', ...asked });
    return answer.catch(({ message }: Error) => ({ shown: false, problem: message }));
  }

  async feed(question: FeedQuestion): Promise<FeedAnswer> {
    const answered = this.#messenger.ask({ type: 'feed', ...question });
    return answered.then(
      ({ answer }) => answer,
      ({ message }: Error) => ({ problem: message, kind: 'unavailable' }),
    );
  }

  /** @param path of a new file @param file of stacks; absent: the last recording */
  async speedscope(path: string, file?: string): Promise<SpeedscopeAnswer> {
    const of = file === undefined ? {} : { file };
    const answered = this.#messenger.ask({ type: 'speedscope', path, ...of });
    return answered.then(
      ({ answer }) => answer,
      ({ message }: Error) => ({ problem: message }),
    );
  }

  /** A tab is gone, and with it what the engine keeps for it. */
  closePanel(panel: number): void {
    if (this.#process) this.send({ type: 'closePanel', panel });
  }

  /** Closes the channel: the engine saves its recording and ends; resolves when it has. */
  close(): Promise<void> {
    const child = this.#process;
    if (child?.pid === undefined || child.exitCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      child.once('exit', () => resolve());
      if (child.connected) child.disconnect();
    });
  }

  dispose(): void {
    void this.close();
    this.#messages.dispose();
    this.#crashed.dispose();
  }

  #start(): ChildProcess | undefined {
    try {
      return this.#listen(fork(this.file, [], FORK_OPTIONS));
    } catch (error) {
      // As for the errors that are events: who asks is told when the call has returned.
      setImmediate(() => this.#failed(undefined, error as Error));
      return undefined;
    }
  }

  #listen(child: ChildProcess): ChildProcess {
    child.on('message', (message) => this.#receive(message as FromEngine));
    child.stderr?.on('data', (chunk: Buffer) => this.#log(chunk.toString('utf8')));
    child.on('error', (error) => this.#failed(child, error));
    child.once('exit', (code, signal) => this.#gone(child, code ?? signal));
    return child;
  }

  /** Without a process (no descriptors left, too many processes) this is all that is ever told. */
  #failed(child: ChildProcess | undefined, error: NodeJS.ErrnoException): void {
    this.#log(error.message);
    if (child?.pid === undefined) this.#gone(child, error.code ?? error.message);
  }

  #receive(message: FromEngine): void {
    if ('question' in message) this.#messenger.receive(message);
    else this.#messages.fire(message);
  }

  #gone(child: ChildProcess | undefined, how: unknown): void {
    if (this.#process !== child) return;
    this.#process = undefined;
    this.#messenger.close(GONE);
    const started = child?.pid !== undefined;
    if (how !== 0) this.#crashed.fire({ how: String(how), started });
    this.#messages.fire({ type: 'state', state: 'ended' });
  }

  #log(text: string): void {
    this.#messages.fire({ type: 'message', level: 'error', text: text.trimEnd() });
  }
}
