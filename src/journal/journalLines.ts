/** The lines that bring a journal up to date: what it has not been told yet, then the tick. */
import type { CompletedTick, CountedSamples } from '../ticks/session';
import type { Totals } from '../core/accounting';
import type { InternedFrame } from '../core/frame';
import type { ProcessRecord, Profile, StackRecord } from '../core/profile';
import type { Added, Line } from './journalFormat';

const NO_LABEL = 'null ';

export class JournalLines {
  readonly #names = new Map<ProcessRecord, string>();
  /** A frame at an address is one thing here: a stack is then a short list of small numbers. */
  readonly #frames = new Map<string, number>();
  /** Of every stack that was described, the label and the reason that were written last. */
  readonly #labels = new Map<StackRecord, string>();
  /** And its frames: others, once they have got their names. */
  readonly #described = new Map<StackRecord, StackRecord['frames']>();

  /** Everything from the start, as one tick. */
  *whole(profile: Profile, at: number, totals: Totals): Generator<Line> {
    const samples = profile.processes.flatMap((process) =>
      [...process.threads.values()].flatMap(({ tid, stacks }) =>
        [...stacks].map(([record, count]) => ({ record, tid, count })),
      ),
    );
    // All of them, so that their numbers are those of the recording.
    for (const process of profile.processes) yield* this.#introduce(process);
    // In the order they were first seen in, which is that of the numbers they get again.
    samples.sort((a, b) => a.record.id - b.record.id);
    yield* this.#tick(samples, at, totals);
  }

  *of({ samples, at, totals }: CompletedTick): Generator<Line> {
    yield* this.#tick(samples, at, totals);
  }

  *#tick(samples: readonly CountedSamples[], at: number, totals: Totals): Generator<Line> {
    for (const { record } of samples) {
      yield* this.#introduce(record.process);
      yield* this.#describe(record);
    }
    // Also of stacks that did not run: what is gone is labelled for that.
    for (const record of this.#labels.keys()) {
      yield* this.#rename(record);
      yield* this.#label(record);
    }
    const added = samples.map(({ record, tid, count }): Added => [record.id, tid, count]);
    yield ['T', at, totals, added];
  }

  *#introduce(process: ProcessRecord): Generator<Line> {
    if (this.#names.get(process) === process.name) return;
    this.#names.set(process, process.name);
    yield ['P', process.index, process.tgid, process.name];
  }

  *#describe(record: StackRecord): Generator<Line> {
    if (this.#labels.has(record)) return;
    const places = yield* this.#places(record);
    yield ['S', record.id, record.process.index, places];
    this.#labels.set(record, NO_LABEL);
    this.#described.set(record, record.frames);
  }

  *#rename(record: StackRecord): Generator<Line> {
    if (this.#described.get(record) === record.frames) return;
    const places = yield* this.#places(record);
    yield ['R', record.id, places];
    this.#described.set(record, record.frames);
  }

  *#places(record: StackRecord): Generator<Line, number[]> {
    const addresses = record.addresses();
    const places: number[] = [];
    for (const [depth, frame] of record.frames.entries())
      places.push(yield* this.#place(frame, addresses[depth] ?? '0'));
    return places;
  }

  *#label(record: StackRecord): Generator<Line> {
    const { id, label, reason = '' } = record;
    const text = `${label} ${reason}`;
    if (this.#labels.get(record) === text) return;
    this.#labels.set(record, text);
    yield ['L', id, label, reason];
  }

  *#place(frame: InternedFrame, address: string): Generator<Line, number> {
    const key = `${frame.id} ${address}`;
    const known = this.#frames.get(key);
    if (known !== undefined) return known;
    const id = this.#frames.size;
    this.#frames.set(key, id);
    yield ['F', id, address, frame.symbol, frame.name, frame.module, frame.kind];
    return id;
  }
}
