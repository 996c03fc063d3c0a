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
import type { SpeedscopeAnswer } from '../../results/speedscopeFile';

type Question = Extract<ToEngine, { question: number }>;
type QuestionType = Question['type'];
type Asked<Type extends QuestionType> = Omit<Extract<Question, { type: Type }>, 'question'>;
type Answer<Type extends QuestionType> = Extract<FromEngine, { type: Type; question: number }>;

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
  /** Told the answer, or undefined when the engine is gone. */
  readonly #waiting = new Map<number, (answer: FromEngine | undefined) => void>();
  #process: ChildProcess | undefined;
  #asked = 0;

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
  async children(asked: Omit<Asked<'children'>, 'type'>): Promise<Children> {
    if (!this.#process) return NO_ROWS;
    const answer = await this.#ask<'children'>({ type: 'children', ...asked });
    return answer?.children ?? NO_ROWS;
  }

  /** From the processes down to a row. */
  async locate(row: string): Promise<readonly Row[]> {
    return (await this.#ask<'locate'>({ type: 'locate', row }))?.path ?? [];
  }

  /** Lets the tree show a file, or the recording again. */
  async showFile(file: string | undefined): Promise<Shown> {
    const asked = file === undefined ? {} : { file };
    const answer = await this.#ask<'showFile'>({ type: 'showFile', ...asked });
    return answer ?? { shown: false, problem: GONE };
  }

  async feed(question: FeedQuestion): Promise<FeedAnswer> {
    const answer = await this.#ask<'feed'>({ type: 'feed', ...question });
    return answer?.answer ?? { problem: GONE, kind: 'unavailable' };
  }

  /** @param path of a new file @param file of stacks; absent: the last recording */
  async speedscope(path: string, file?: string): Promise<SpeedscopeAnswer> {
    const of = file === undefined ? {} : { file };
    const answer = await this.#ask<'speedscope'>({ type: 'speedscope', path, ...of });
    return answer?.answer ?? { problem: GONE };
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

  #ask<Type extends QuestionType>(asked: Asked<Type>): Promise<Answer<Type> | undefined> {
    const question = ++this.#asked;
    return new Promise((resolve) => {
      this.#waiting.set(question, (answer) => resolve(answer as Answer<Type> | undefined));
      this.send({ ...asked, question } as unknown as ToEngine);
    });
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
    if (!('question' in message)) return this.#messages.fire(message);
    this.#waiting.get(message.question)?.(message);
    this.#waiting.delete(message.question);
  }

  #gone(child: ChildProcess | undefined, how: unknown): void {
    if (this.#process !== child) return;
    this.#process = undefined;
    for (const answer of this.#waiting.values()) answer(undefined);
    this.#waiting.clear();
    const started = child?.pid !== undefined;
    if (how !== 0) this.#crashed.fire({ how: String(how), started });
    this.#messages.fire({ type: 'state', state: 'ended' });
  }

  #log(text: string): void {
    this.#messages.fire({ type: 'message', level: 'error', text: text.trimEnd() });
  }
}
