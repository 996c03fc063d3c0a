/** A helper that is the test itself, and a time that goes by as the test says. */
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { setImmediate as soon } from 'node:timers/promises';
import { mock, type TestContext } from 'node:test';
import type { Launch } from '../../src/privilege/elevation';

export class FakeHelper extends EventEmitter {
  readonly stdin = new PassThrough();
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly launch: Launch;
  #heard = '';

  constructor() {
    super();
    this.stdin.on('data', (chunk: Buffer) => (this.#heard += chunk.toString()));
    const nothing = { reason: '', file: '', arguments: [], environment: {} };
    this.launch = { ...nothing, way: 'terminal', connect: () => this };
  }

  /** Lines of its standard error. */
  async say(...lines: string[]): Promise<void> {
    for (const line of lines) this.stderr.write(`${line}\n`);
    await soon();
  }

  /** Lines of bpftrace's standard output. */
  async print(...lines: string[]): Promise<void> {
    for (const line of lines) this.stdout.write(`${line}\n`);
    await soon();
  }

  /** What it was told so far. */
  async heard(): Promise<string[]> {
    await soon();
    return this.#heard.trim().split('\n');
  }

  /** It ends, and its pipes with it. */
  async end(status: number): Promise<void> {
    this.stdout.end();
    this.stderr.end();
    await soon();
    this.emit('exit', status);
    this.emit('close');
    await soon();
  }
}

export class FakeTime {
  #now = 0;

  /** For one test. */
  constructor(context: Pick<TestContext, 'after'>) {
    mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
    const clock = mock.method(performance, 'now', () => this.#now);
    context.after(() => {
      mock.timers.reset();
      clock.mock.restore();
    });
  }

  /** In steps, so that what one timer has asked for is there for the next. */
  async wait(seconds: number): Promise<void> {
    for (let tenths = 0; tenths < 10 * seconds; tenths++) await this.stall(0.1);
  }

  /** All at once: nothing is read meanwhile, and timers go off before anything is. */
  async stall(seconds: number): Promise<void> {
    this.#now += 1_000 * seconds;
    mock.timers.tick(1_000 * seconds);
    for (let turns = 0; turns < 3; turns++) await soon();
  }
}
