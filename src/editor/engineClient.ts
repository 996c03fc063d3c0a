/** The extension's end of the engine: starts the process, asks for rows, passes on what it says. */
import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter, type Disposable, type Event } from 'vscode';
import type { Children, FromEngine, Picture, ToEngine } from '../engine/protocol';

const NO_PICTURE: Picture = { problem: 'The engine ended before it had drawn the flame graph.' };
const NOTHING: Children = { rows: [], more: 0 };

export class EngineClient implements Disposable {
  readonly #messages = new EventEmitter<FromEngine>();
  readonly #questions = new Map<number, (children: Children) => void>();
  readonly #pictures = new Map<number, (picture: Picture) => void>();
  #process: ChildProcess | undefined;
  #asked = 0;

  /** Everything the engine says, but for answers. */
  readonly onMessage: Event<FromEngine> = this.#messages.event;

  /** @param file the bundled engine */
  constructor(private readonly file: string) {}

  send(message: ToEngine): void {
    this.#process ??= this.#start();
    this.#process.send(message, () => {
      // A channel that is closed is reported by the exit event.
    });
  }

  /** Rows below a row; none when there is no engine, or when it goes before it has answered. */
  children(parent: string, limit: number): Promise<Children> {
    if (!this.#process) return Promise.resolve(NOTHING);
    const question = ++this.#asked;
    return new Promise((resolve) => {
      this.#questions.set(question, resolve);
      this.send({ type: 'children', question, parent, limit });
    });
  }

  /** @param file of stacks; absent: the last recording */
  picture(file?: string): Promise<Picture> {
    const question = ++this.#asked;
    return new Promise((resolve) => {
      this.#pictures.set(question, resolve);
      this.send({ type: 'picture', question, ...(file === undefined ? {} : { file }) });
    });
  }

  /** Closes the channel: the engine saves its recording and ends; resolves when it has. */
  close(): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      child.once('exit', () => resolve());
      if (child.connected) child.disconnect();
    });
  }

  dispose(): void {
    void this.close();
    this.#messages.dispose();
  }

  #start(): ChildProcess {
    const child = fork(this.file, [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
    child.on('message', (message) => this.#receive(message as FromEngine));
    child.stderr?.on('data', (chunk: Buffer) => this.#log(chunk.toString('utf8')));
    child.once('error', (error) => this.#log(error.message));
    child.once('exit', (code, signal) => this.#gone(child, code ?? signal));
    return child;
  }

  #receive(message: FromEngine): void {
    if (message.type === 'children') {
      this.#questions.get(message.question)?.(message.children);
      this.#questions.delete(message.question);
    } else if (message.type === 'picture') {
      this.#pictures.get(message.question)?.(message.picture);
      this.#pictures.delete(message.question);
    } else this.#messages.fire(message);
  }

  #gone(child: ChildProcess, how: unknown): void {
    if (this.#process !== child) return;
    this.#process = undefined;
    for (const answer of this.#questions.values()) answer(NOTHING);
    this.#questions.clear();
    for (const answer of this.#pictures.values()) answer(NO_PICTURE);
    this.#pictures.clear();
    if (how !== 0) this.#log(`The engine ended unexpectedly (${String(how)}).`);
    this.#messages.fire({ type: 'state', state: 'ended' });
  }

  #log(text: string): void {
    this.#messages.fire({ type: 'message', level: 'error', text: text.trimEnd() });
  }
}
