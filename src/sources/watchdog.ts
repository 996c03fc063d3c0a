/**
 * Notices that a bpftrace which should be sampling gives no data, whatever the reason: it hangs, its
 * pipe does, its probes no longer fire. Looked at once a second, from the start of a run to its end;
 * a silence goes on through a renewal, up to the READY of the next run.
 *
 * Not its fault, and so no silence: a pause, a sleep of the machine, and a time in which we ourselves
 * did not run, when what it said meanwhile is still in the pipe.
 */
import type { Missing, Silence } from '../ticks/events';
import type { CaptureOptions } from '../ticks/options';

/** How often it is to be looked at. */
export const LOOK_MS = 1_000;
/** No word for so long is a silence; of ticks that are longer than a second, so many of them. */
const PATIENCE_MS = 5_000;
const PATIENCE_TICKS = 5;
/** A tick may wait for the mappings of many new processes to be printed, but not for ever. */
const LONGEST_TICK_MS = 30_000;
/** A look that is later than this says that we did not run. */
const STALLED_MS = 1_000;
/** CPUs that were busy for as long as so many samples take, and have none, have lost their probes. */
const DUE_SAMPLES = 100;

/** `BEAT 7058572964808 7058572912297`: the kernel's clock now, and when a CPU was last sampled. */
const BEAT = /^BEAT \d{1,20} (\d{1,20})$/;
/** What comes with a beat, and not only with ticks. */
const COMPANY = /^(@flip: \d)?$/;
/** Of a tick, and of nothing else. */
const OF_A_TICK = /^(TICK|TOCK|FINAL|@[ab]\[)/;

export class Watchdog {
  readonly #tickPatienceMs: number;
  readonly #busyPatienceMs: number;
  #state: 'off' | 'attaching' | 'sampling' | 'ending' = 'off';
  /** The run that begins follows one that was renewed: its silence is not over. */
  #goesOn = false;
  /** When each of these was last known to be well, by our clock. */
  #looked = 0;
  #output = 0;
  #data = 0;
  #ticks = 0;
  #lastSample = '';
  /** Since when no sample was taken, and how busy the CPUs had been by then. */
  #unsampled: { readonly since: number; readonly busy: number } | undefined;

  /**
   * @param capture how often bpftrace prints a tick, in seconds, and takes a sample of each CPU
   * @param now of a clock that does not jump, milliseconds
   * @param busyMs CPU time that all CPUs together were busy since boot; undefined where nobody knows
   */
  constructor(
    { tick, hz }: Pick<CaptureOptions, 'tick' | 'hz'>,
    private readonly now: () => number,
    private readonly busyMs: () => number | undefined,
  ) {
    this.#tickPatienceMs = Math.max(PATIENCE_MS, PATIENCE_TICKS * 1_000 * tick);
    this.#busyPatienceMs = (1_000 * DUE_SAMPLES) / hz;
  }

  /** bpftrace was started, and attaches its probes. */
  attach(): void {
    const { now } = this;
    if (!this.#goesOn) this.#output = now();
    this.#looked = now();
    this.#state = 'attaching';
  }

  /** A line of bpftrace's standard output. */
  see(line: string): void {
    if (line.startsWith('READY ')) this.#start();
    if (line.startsWith('EXIT ')) this.end();
    if (this.#state === 'off' || this.#state === 'attaching') return;
    // Last maps may take long to print, too.
    this.#output = this.now();
    const beat = BEAT.exec(line);
    if (beat) this.#beat(beat[1] ?? '');
    else if (!COMPANY.test(line)) this.#data = this.#output;
    if (OF_A_TICK.test(line)) this.#ticks = this.#output;
  }

  /** The run is over. */
  end(): void {
    this.#state = 'off';
  }

  /** It is told to end, and another one to start: a silence until that one is READY is one, too. */
  renew(): void {
    if (this.#state === 'sampling') this.#state = 'ending';
    this.#goesOn = true;
  }

  /** It is told to end, and nothing has to be said until the next one is started. */
  rest(): void {
    this.#state = 'off';
    this.#goesOn = false;
  }

  /** The machine slept, or we did: what is missing may be on its way. */
  forgive(): void {
    this.#looked = this.#output = this.#data = this.#ticks = this.now();
    this.#unsampled = undefined;
  }

  /** @returns what is missing; undefined while all is well, or nothing has to be said */
  look(): Silence | undefined {
    if (this.#state === 'off') return undefined;
    const now = this.now();
    if (now - this.#looked > LOOK_MS + STALLED_MS) this.forgive();
    this.#looked = now;
    if (now - this.#output >= PATIENCE_MS) return silence('output', now - this.#output);
    if (this.#state !== 'sampling') return undefined;
    return this.#lookAtTicks(now) ?? this.#lookAtSamples(now);
  }

  #lookAtTicks(now: number): Silence | undefined {
    const longest = Math.max(LONGEST_TICK_MS, this.#tickPatienceMs);
    const missing = now - this.#data >= this.#tickPatienceMs || now - this.#ticks >= longest;
    return missing ? silence('ticks', now - this.#ticks) : undefined;
  }

  #start(): void {
    this.#state = 'sampling';
    this.#goesOn = false;
    this.#lastSample = '';
    this.forgive();
  }

  #beat(sample: string): void {
    if (sample !== this.#lastSample) this.#unsampled = undefined;
    else this.#unsampled ??= { since: this.now(), busy: this.busyMs() ?? Infinity };
    this.#lastSample = sample;
  }

  /** Where all CPUs are idle nothing fires, and nothing has to. */
  #lookAtSamples(now: number): Silence | undefined {
    if (!this.#unsampled) return undefined;
    const { since, busy } = this.#unsampled;
    if (now - since < PATIENCE_MS) return undefined;
    if ((this.busyMs() ?? 0) - busy < this.#busyPatienceMs) return undefined;
    return silence('samples', now - since);
  }
}

function silence(missing: Missing, milliseconds: number): Silence {
  return { missing, seconds: Math.round(milliseconds / 1000) };
}
