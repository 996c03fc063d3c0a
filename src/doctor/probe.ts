/**
 * Records user stacks briefly to measure their depth. Frames are counted as bpftrace prints them:
 * nothing is symbolized, so missing symbols cannot be mistaken for missing frame pointers.
 */
import type { SourceEvent } from '../ticks/events';
import { explainEnd } from '../failures/explainEnd';
import { failureText, type Failure } from '../failures/failure';
import { FallbackSource } from '../sources/fallbackSource';
import { LiveSource } from '../sources/liveSource';
import { DEFAULT_CAPTURE } from '../ticks/options';
import { PrintedStackReader } from '../ticks/printedStack';
import type { Source } from '../sources/source';
import { TickReader, type RawTick, type TickEvent } from '../ticks/tickReader';
import type { Launch } from '../privilege/elevation';

export interface ProbedProcess {
  readonly pid: number;
  readonly name: string;
  readonly samples: number;
  /** Samples whose stack has fewer than three frames. */
  readonly short: number;
}

export type ProbeResult =
  | { readonly processes: readonly ProbedProcess[] }
  | { readonly problem: string; readonly failure: Failure | undefined };

const SHORT = 3;
const PROBE_MS = 2_200;
const TIMEOUT_MS = 60_000;

/** @param launches in the order they are tried; at least one */
export function probeStacks(launches: readonly Launch[]): Promise<ProbeResult> {
  return new Promise((resolve) => new Probe(launches, resolve).start());
}

class Probe {
  readonly #source: Source;
  readonly #reader = new TickReader();
  readonly #stacks = new PrintedStackReader('user');
  readonly #counts = new Map<number, { name: string; samples: number; short: number }>();
  readonly #names = new Map<number, string>();
  readonly #messages: string[] = [];
  #refusal: string | undefined;
  #greeted = false;
  #bpftraceStatus: number | undefined;
  #timer: NodeJS.Timeout;

  constructor(
    launches: readonly Launch[],
    private readonly resolve: (result: ProbeResult) => void,
  ) {
    const open = (launch: Launch): Source => new LiveSource(launch, DEFAULT_CAPTURE);
    this.#source = new FallbackSource(launches, open, () => {});
    this.#timer = setTimeout(() => this.#source.stop(), TIMEOUT_MS);
  }

  start(): void {
    this.#source.start((event) => this.#event(event));
    this.#source.command('run');
  }

  #event(event: SourceEvent): void {
    if (event.kind === 'output') this.#reader.push(event.line).forEach((one) => this.#read(one));
    if (event.kind === 'message') this.#message(event.line);
    if (event.kind === 'end') this.#end(event.status);
  }

  #read(event: TickEvent): void {
    if (event.kind === 'ready') this.#stopLater();
    if (event.kind === 'process') this.#names.set(event.tgid, event.name);
    if (event.kind === 'tick') this.#count(event.tick);
    if (event.kind !== 'end') return;
    if (!event.complete || event.status !== 0) this.#bpftraceStatus = event.status;
    this.#source.stop();
  }

  #stopLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#source.stop(), PROBE_MS);
  }

  #count({ entries }: RawTick): void {
    for (const { tgid, stack, count } of entries) {
      const depth = this.#stacks.read(stack).user.length;
      if (depth === 0) continue;
      const before = this.#counts.get(tgid) ?? { name: '', samples: 0, short: 0 };
      const short = before.short + (depth < SHORT ? count : 0);
      this.#counts.set(tgid, { ...before, samples: before.samples + count, short });
    }
  }

  #message(line: string): void {
    if (line.startsWith('S HELLO ')) this.#greeted = true;
    else if (line.startsWith('S FAIL ')) this.#refusal = line.slice('S FAIL '.length);
    else this.#messages.push(line.replace(/^B /, ''));
  }

  #end(status: number | null): void {
    clearTimeout(this.#timer);
    const failure = explainEnd({
      way: this.#source.way,
      status,
      greeted: this.#greeted,
      refusal: this.#refusal,
      messages: this.#messages,
      bpftraceStatus: this.#bpftraceStatus,
    });
    if (failure) return this.resolve({ problem: failureText(failure), failure });
    const processes = [...this.#counts].map(([pid, counts]) => {
      return { ...counts, pid, name: this.#names.get(pid) ?? '?' };
    });
    this.resolve({ processes: processes.sort((a, b) => b.samples - a.samples) });
  }
}
