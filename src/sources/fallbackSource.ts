/**
 * A helper by the first way to root that works. A way that could not even ask is followed by the
 * next one; a person's answer is final, so after "cancelled" or "not allowed" nothing is tried.
 *
 * What a way says is held back until its helper speaks: those that failed leave no trace in the
 * recording, but for a line in the log.
 */
import type { Launch } from '../privilege/elevation';
import { mayTryNext } from '../failures/elevationFailure';
import type { LifeKey, SourceEvent, TickRequest } from '../ticks/events';
import { explainEnd } from '../failures/explainEnd';
import type { Failure } from '../failures/failure';
import type { Source } from './source';

interface Attempt {
  readonly launch: Launch;
  readonly source: Source;
  readonly held: SourceEvent[];
}

export class FallbackSource implements Source {
  #deliver: (event: SourceEvent) => void = () => {};
  #current: Attempt | undefined;
  /** The last one that was not a mere chance: what it said is what went wrong. */
  #told: Attempt | undefined;
  /** Somebody answered, or the end was asked for. */
  #settled = false;
  #word: 'run' | 'pause' | 'renew' | undefined;

  /**
   * @param launches one at least
   * @param open makes a source of one of them
   * @param note told which way is tried, and why
   */
  constructor(
    private readonly launches: readonly Launch[],
    private readonly open: (launch: Launch) => Source,
    private readonly note: (text: string) => void,
  ) {}

  get way(): Source['way'] {
    return (this.#told ?? this.#current)?.launch.way ?? this.launches[0]?.way ?? 'direct';
  }

  start(deliver: (event: SourceEvent) => void): void {
    this.#deliver = deliver;
    this.#try(0, '');
  }

  announce(key: LifeKey, tgid: number, maps: string): void {
    this.#current?.source.announce(key, tgid, maps);
  }

  answer(request: TickRequest): void {
    this.#current?.source.answer(request);
  }

  command(word: 'run' | 'pause' | 'renew'): void {
    this.#word = word;
    this.#current?.source.command(word);
  }

  stop(): void {
    if (this.#current) this.#settle(this.#current);
    this.#current?.source.stop();
  }

  #try(index: number, before: string): void {
    const launch = this.launches[index];
    if (!launch) return;
    const attempt: Attempt = { launch, source: this.open(launch), held: [] };
    this.#current = attempt;
    this.note(`${before}Getting root by way of "${launch.way}": ${launch.reason}.`);
    attempt.source.start((event) => this.#event(attempt, index, event));
    if (this.#word) attempt.source.command(this.#word);
  }

  #event(attempt: Attempt, index: number, event: SourceEvent): void {
    if (this.#settled) return this.#deliver(event);
    attempt.held.push(event);
    // Only the helper tags its lines so: root was granted.
    if (event.kind === 'message' && event.line.startsWith('S ')) this.#settle(attempt);
    if (event.kind === 'end') this.#failed(attempt, index);
  }

  #failed(attempt: Attempt, index: number): void {
    const failure = failureOf(attempt);
    const isChance = failure?.kind === 'sudoPassword' && this.#told !== undefined;
    if (!isChance) this.#told = attempt;
    if (!failure || !mayTryNext(failure) || index + 1 >= this.launches.length) {
      return this.#settle(this.#told ?? attempt);
    }
    this.#try(index + 1, `${failure.problem} `);
  }

  /** From here on everything is passed on, what was held back first. */
  #settle(attempt: Attempt): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#told = attempt;
    attempt.held.splice(0).forEach((event) => this.#deliver(event));
  }
}

function failureOf({ launch, held }: Attempt): Failure | undefined {
  const end = held.find((event) => event.kind === 'end');
  return explainEnd({
    way: launch.way,
    status: end?.status ?? null,
    greeted: false,
    refusal: undefined,
    messages: held.flatMap((event) => (event.kind === 'message' ? [event.line] : [])),
    bpftraceStatus: undefined,
  });
}
