/**
 * Goes on naming between the ticks, for what no tick waited for. At most half of the time: the
 * other half is for reading what bpftrace says, which loses samples when nobody does.
 */
import type { Answers } from '../ticks/events';
import type { SymbolRequests } from './symbolRequests';

/** At the end of a recording, until the results are written. */
const LAST_EFFORT_MS = 300;

export class LateNames {
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    private readonly requests: Pick<SymbolRequests, 'isLate' | 'more' | 'giveUp'>,
    private readonly deliver: (answers: Answers) => void,
  ) {}

  /** Call when some may be late. */
  expect(): void {
    if (!this.#closed && this.requests.isLate) this.#timer ??= setTimeout(() => this.#round(), 1);
  }

  /** What can be named soon is named, and the rest is given up. */
  async finish(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const until = performance.now() + LAST_EFFORT_MS;
    while (this.requests.isLate && performance.now() < until) {
      this.#tell(this.requests.more());
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#tell(this.requests.giveUp());
  }

  #round(): void {
    const started = performance.now();
    this.#tell(this.requests.more());
    const rest = performance.now() - started;
    this.#timer = undefined;
    if (!this.#closed && this.requests.isLate) this.#timer = setTimeout(() => this.#round(), rest);
  }

  #tell(answers: Answers | undefined): void {
    if (answers) this.deliver(answers);
  }
}
