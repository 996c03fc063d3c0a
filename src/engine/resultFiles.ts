/** The files of a recording: rewritten at every report and at every kind of end. */
import { join } from 'node:path';
import { describeCapture } from '../capture/options';
import { CallTree } from '../core/callTree';
import type { RecordingInfo } from '../core/stack';
import { renderSvg } from '../flamegraph/svg';
import { writeBpftrace } from '../formats/bpftraceStack';
import { writeStackCountLog } from '../formats/stackCountLog';
import { describeFileError, writeWhole } from './outputFiles';
import type { Recorded as Recording } from './recording';

type Writer = (recording: Recording) => Iterable<string>;

const WRITERS = {
  'stack_count.log': ({ profile }: Recording) => writeStackCountLog(profile.countedStacks()),
  'stack.bpf': ({ profile }: Recording) => writeBpftrace(profile.countedStacks()),
  'stack.svg': (recording: Recording) => [picture(recording)],
} satisfies Record<string, Writer>;

type FileName = keyof typeof WRITERS;

/** The whole document, as `stack_count.log` holds it. */
export function logDocument(recording: Recording): string {
  return [...WRITERS['stack_count.log'](recording)].join('');
}

/** The flame graph of everything recorded so far. */
export function picture(recording: Recording): string {
  const tree = CallTree.of(recording.profile.countedStacks());
  return renderSvg(tree, { info: describeRecording(recording) });
}

/** What a picture says about the recording it shows. */
export function describeRecording({ header, totals, seconds }: Recording): RecordingInfo {
  const { options, startedAt, limit } = header;
  const over = limit ? `, while the ${limit.metric} was over ${limit.threshold}` : '';
  return {
    what: describeCapture(options) + over,
    startedAt,
    durationSeconds: seconds,
    hz: options.hz,
    samples: totals.recorded,
    lost: totals.lost,
  };
}

/** Of the time it took to write: the rest until it is done again. */
const REST = 20;

export class ResultFiles {
  #restUntil = 0;
  readonly #complained = new Set<string>();
  readonly #written = new Set<string>();
  /** Path, and why it could not be written the last time. */
  readonly #failing = new Map<string, string>();

  /** @param complain told once why a file can not be written; it is tried again at each report */
  constructor(
    private readonly folder: string,
    private readonly complain: (text: string) => void,
  ) {}

  /** A recording without a sample leaves earlier pictures alone: an empty one would mislead. */
  write(recording: Recording): void {
    const nothing = recording.totals.recorded === 0;
    for (const name of filesOf(recording)) {
      if (nothing && name !== 'stack_count.log') continue;
      this.#write(name, () => WRITERS[name](recording));
    }
  }

  /**
   * As `write`, but not again before twenty times as long as it took: with very many stacks the files
   * are large, and writing them must not be most of what a recording does.
   */
  writeInMeasure(recording: Recording): void {
    const started = performance.now();
    if (started < this.#restUntil) return;
    this.write(recording);
    const ended = performance.now();
    this.#restUntil = ended + REST * (ended - started);
  }

  /** Some file holds less than was recorded. */
  get failed(): boolean {
    return this.#failing.size > 0;
  }

  /** Why, for the first of them. */
  get problem(): string | undefined {
    return [...this.#failing.values()][0];
  }

  /** Paths of the files that were written. */
  get written(): readonly string[] {
    return [...this.#written];
  }

  #write(name: string, chunks: () => Iterable<string>): void {
    const path = join(this.folder, name);
    try {
      writeWhole(path, chunks());
      this.#written.add(path);
      this.#failing.delete(path);
    } catch (error) {
      // What an earlier report wrote there may be gone with its folder, and is not all in any case.
      this.#written.delete(path);
      const reason = describeFileError(error, path);
      this.#failing.set(path, reason);
      this.#complainOnce(reason);
    }
  }

  #complainOnce(text: string): void {
    if (this.#complained.has(text)) return;
    this.#complained.add(text);
    this.complain(text);
  }
}

function filesOf({ header }: Pick<Recording, 'header'>): readonly [FileName, ...FileName[]] {
  return header.limit ? ['stack.bpf', 'stack.svg'] : ['stack_count.log', 'stack.svg'];
}

/** Where the stacks of a recording will stand. */
export function stacksFile(folder: string, recording: Pick<Recording, 'header'>): string {
  return join(folder, filesOf(recording)[0]);
}
