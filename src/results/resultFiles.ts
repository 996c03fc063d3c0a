/**
 * The files of a recording: rewritten at reports, as often as is worth what it costs, and at every
 * kind of end.
 */
import { join } from 'node:path';
import { describeCapture } from '../ticks/options';
import { CallTree } from '../core/callTree';
import type { RecordingInfo } from '../core/stack';
import { renderSvg } from '../flamegraph/svg';
import { writeBpftrace } from '../formats/bpftraceStack';
import { writeStackCountLog } from '../formats/stackCountLog';
import { describeFileError, writeWhole } from './outputFiles';
import type { OutputFolder } from './outputFolder';
import type { Recorded } from '../ticks/recorded';

type Writer = (recording: Recorded) => Iterable<string>;

const WRITERS = {
  'stack_count.log': ({ profile }: Recorded) => writeStackCountLog(profile.countedStacks()),
  'stack.bpf': ({ profile }: Recorded) => writeBpftrace(profile.countedStacks()),
  'stack.svg': (recording: Recorded) => [picture(recording)],
} satisfies Record<string, Writer>;

type FileName = keyof typeof WRITERS;

/** The whole document, as `stack_count.log` holds it. */
export function logDocument(recording: Recorded): string {
  return [...WRITERS['stack_count.log'](recording)].join('');
}

/** The flame graph of everything recorded so far. */
export function picture(recording: Recorded): string {
  const tree = CallTree.of(recording.profile.countedStacks());
  return renderSvg(tree, { info: describeRecording(recording) });
}

/** What a picture says about the recording it shows. */
export function describeRecording({ header, totals, seconds }: Recorded): RecordingInfo {
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

/**
 * Of the time it took to write a file: the rest until it is written again. While tens of megabytes are
 * written nothing is read, and samples are lost. Stacks take a twentieth of the time at most, and even
 * a kill -9 loses no more than a minute of them.
 */
const STACKS_REST = 19;
const PICTURE_REST = 100;
const LONGEST_STACKS_REST_MS = 60_000;

export class ResultFiles {
  readonly #restUntil = new Map<FileName, number>();
  readonly #complained = new Set<string>();
  readonly #written = new Set<string>();
  /** Path, and why it could not be written the last time. */
  readonly #failing = new Map<string, string>();

  /** @param complain told once why a file cannot be written; it is tried again at each report */
  constructor(
    private readonly folder: OutputFolder,
    private readonly complain: (text: string) => void,
  ) {}

  /** At the end: everything that was recorded. */
  write(recording: Recorded): void {
    for (const name of filesOf(recording)) this.#write(name, recording);
  }

  /** At a report, as far as they are due. The picture can wait, for it can be drawn from the stacks. */
  writeReport(recording: Recorded): void {
    const [stacks, picture] = filesOf(recording);
    this.#writeInMeasure(stacks, recording, STACKS_REST, LONGEST_STACKS_REST_MS);
    this.#writeInMeasure(picture, recording, PICTURE_REST);
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

  /** Writing must not be much of what a recording does. */
  #writeInMeasure(name: FileName, recording: Recorded, rest: number, most = Infinity): void {
    const started = performance.now();
    if (started < (this.#restUntil.get(name) ?? 0)) return;
    this.#write(name, recording);
    const ended = performance.now();
    this.#restUntil.set(name, ended + Math.min(most, rest * (ended - started)));
  }

  /** A recording without a sample leaves earlier pictures alone: an empty one would mislead. */
  #write(name: FileName, recording: Recorded): void {
    if (recording.totals.recorded === 0 && name !== 'stack_count.log') return;
    const path = join(this.folder.path, name);
    try {
      writeWhole(this.folder, name, WRITERS[name](recording));
      this.#written.add(path);
      this.#failing.delete(path);
      this.#tellIfMoved();
    } catch (error) {
      // What an earlier report wrote there may be gone with its folder, and is not all in any case.
      this.#written.delete(path);
      const reason = describeFileError(error, path);
      this.#failing.set(path, reason);
      this.#complainOnce(reason);
    }
  }

  /** Written all the same: whoever looks for the results has to know where. */
  #tellIfMoved(): void {
    const { path, movedTo } = this.folder;
    if (movedTo === undefined) return;
    this.#complainOnce(
      `${path} is not the folder any more that this began to write in: the results are in ${movedTo}.`,
    );
  }

  #complainOnce(text: string): void {
    if (this.#complained.has(text)) return;
    this.#complained.add(text);
    this.complain(text);
  }
}

function filesOf({
  header,
}: Pick<Recorded, 'header'>): readonly [stacks: FileName, picture: FileName] {
  return header.limit ? ['stack.bpf', 'stack.svg'] : ['stack_count.log', 'stack.svg'];
}

/** Where the stacks of a recording will stand. */
export function stacksFile(folder: string, recording: Pick<Recorded, 'header'>): string {
  return join(folder, filesOf(recording)[0]);
}
