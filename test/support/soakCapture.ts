/**
 * What a capture says of a long recording as a whole: the runs of bpftrace, the time they cover by
 * the kernel's clock, and what the kernel counted. Lines are seen one by one.
 */
import { readHello } from '../../src/ticks/session';

/** A time that no tick covers. */
export interface Gap {
  /** Seconds of the kernel's clock since the first READY. */
  readonly at: number;
  readonly seconds: number;
  /** Samples that should have fired meanwhile, by the rate of the run before. */
  readonly samples: number;
}

/** Ticks come once a second. */
export const LONGEST_TICK_SECONDS = 2.5;
/** Of the samples of the time before: a longer tick that has fewer was silent for a while. */
const LEAST_SHARE = 0.5;

interface Run {
  readonly ready: number;
  /** The last tick that was printed whole, or READY. */
  covered: number;
  fired: number;
}

type Counters = Partial<Record<string, number>>;

const firedOf = ({ '@fired_a': a = 0, '@fired_b': b = 0 }: Counters): number => a + b;

/** `O READY 553868718885`, `O TICK a 554868730012`, `O TOCK a`, `O @fired_a: 990`, `O EXIT 0`. */
const MARK = /^O (READY|TICK|TOCK|FINAL|EXIT|@fired_[ab]):?(?: [ab])?(?: (\d+))?$/;

const HELLO = 'E S HELLO ';

export class SoakCapture {
  /** The stack maps of this bpftrace fill up, so that it has to be renewed. */
  collides = false;
  /** Runs of bpftrace that were started, were ready, and ended. */
  starts = 0;
  readies = 0;
  exits = 0;
  /** Renewals that were asked for. */
  renewals = 0;
  /** Runs that were ready and then ended without their last maps. */
  broken = 0;
  ticks = 0;
  /** Between two runs. */
  readonly gaps: Gap[] = [];
  /** Within a run: what should have been counted was not. */
  readonly silences: Gap[] = [];
  #origin: number | undefined;
  #run: Run | undefined;
  /** Of runs that are over. */
  #firedBefore = 0;
  #rate = 0;
  #covered = 0;
  /** Of the tick that is being printed. */
  #open: { readonly at: number; readonly final: boolean } | undefined;
  #counters: Counters = {};

  see(line: string): void {
    const [, mark, value] = MARK.exec(line) ?? [];
    if (mark !== undefined) this.#output(mark, Number(value));
    else if (line === 'R') this.renewals++;
    else if (line.startsWith('E S START ')) this.starts++;
    else if (line.startsWith(HELLO))
      this.collides = readHello(line.slice(4))?.stacksCollide === true;
  }

  /** What the kernel counted in ticks that were printed whole. */
  get fired(): number {
    return this.#firedBefore + (this.#run?.fired ?? 0);
  }

  /** Seconds from the first READY to the last tick. */
  get seconds(): number {
    return this.#at(this.#covered);
  }

  #at(nanoseconds: number): number {
    return (nanoseconds - (this.#origin ?? nanoseconds)) / 1e9;
  }

  #output(mark: string, value: number): void {
    if (mark === 'READY') this.#ready(value);
    else if (mark === 'TICK') this.#open = { at: value, final: false };
    else if (mark === 'FINAL') this.#open = { at: value, final: true };
    else if (mark === 'TOCK') this.#complete();
    else if (mark === 'EXIT') this.#exit();
    else this.#counters[mark] = value;
  }

  #ready(at: number): void {
    this.#origin ??= at;
    this.readies++;
    this.#endRun();
    if (this.readies > 1) this.gaps.push(this.#gap(this.#covered, at));
    this.#run = { ready: at, covered: at, fired: 0 };
    this.#covered = at;
  }

  #complete(): void {
    const [open, run] = [this.#open, this.#run];
    this.#open = undefined;
    if (!open || !run) return;
    const gap = this.#gap(run.covered, open.at);
    const fired = firedOf(this.#counters) - run.fired;
    // Ticks that come together, as at the end of a run that was still printing, hold all the same.
    const isSilence = gap.seconds > LONGEST_TICK_SECONDS && fired < gap.samples * LEAST_SHARE;
    if (isSilence) this.silences.push(gap);
    this.ticks++;
    run.fired += fired;
    run.covered = open.at;
    this.#covered = open.at;
    const seconds = (run.covered - run.ready) / 1e9;
    if (seconds > 0) this.#rate = run.fired / seconds;
  }

  #gap(from: number, to: number): Gap {
    const seconds = (to - from) / 1e9;
    return { at: this.#at(from), seconds, samples: this.#rate * seconds };
  }

  #exit(): void {
    this.exits++;
    if (this.#open?.final) this.#complete();
    else if (this.#run) this.broken++;
    this.#endRun();
  }

  #endRun(): void {
    this.#firedBefore += this.#run?.fired ?? 0;
    this.#run = undefined;
    this.#open = undefined;
    this.#counters = {};
  }
}
