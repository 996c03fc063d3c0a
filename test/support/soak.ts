/**
 * A soak: a recording beside a load that makes new stacks and new processes all the time, read as it
 * grows and judged when it is over. Over at once when bpftrace says nothing any more.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CaptureReader } from './captureReader';
import { busySeconds } from './cpuTime';
import { judgeMemory, memoryTrend, type MemoryReading, type MemoryTrend } from './memoryTrend';
import type { SoakCapture } from './soakCapture';
import { judgeRate, judgeSoak, type SoakEnd } from './soakJudge';
import { editorRecorder, terminalRecorder, type SoakRecorder } from './soakRecorder';
import { startWorkload } from './workloads';

export interface SoakOptions {
  readonly seconds: number;
  readonly hz: number;
  /** Processes of the load that are busy. */
  readonly busy: number;
  /** Where the capture and the results go. */
  readonly folder: string;
  readonly bpftrace?: string | undefined;
  /** With the engine of the editor in place of the terminal tool. */
  readonly editor?: boolean;
}

export interface SoakResult {
  /** Nothing is wrong if there are none. */
  readonly reasons: readonly string[];
  readonly capture: SoakCapture;
  readonly captureFile: string;
  readonly captureBytes: number;
  readonly memory: MemoryTrend;
  readonly end: SoakEnd;
  /** What the recorder said. */
  readonly words: string;
}

const LOOK_MS = 5_000;
/** Longer than any renewal, and than a bpftrace that has to be killed. */
const SILENCE_MS = 30_000;
/** For the start, the end and all that is late. */
const MARGIN_SECONDS = 60;

class Watch {
  readonly reader: CaptureReader;
  readonly memory: MemoryReading[] = [];
  readonly #started = performance.now();
  readonly #busyBefore = busySeconds();
  #heard = this.#started;
  #ticks = 0;
  #silent: string | undefined;

  constructor(
    private readonly file: string,
    private readonly recorder: SoakRecorder,
  ) {
    this.reader = new CaptureReader(file);
  }

  /** Why it was stopped. */
  get silent(): readonly string[] {
    return this.#silent === undefined ? [] : [this.#silent];
  }

  /** CPUs that were busy, on average. */
  get busyCpus(): number {
    return (1_000 * (busySeconds() - this.#busyBefore)) / (performance.now() - this.#started);
  }

  /** Until the recorder has ended. */
  async untilEnd(): Promise<SoakEnd> {
    let end: SoakEnd | undefined;
    const ended = this.recorder.ended.then((told) => (end = told));
    while (!end) {
      await Promise.race([ended, sleep(LOOK_MS)]);
      this.#look();
    }
    return end;
  }

  #look(): void {
    if (existsSync(this.file)) this.reader.readOn();
    const now = performance.now();
    const megabytes = residentMegabytes(this.recorder.pid);
    if (megabytes !== undefined) this.memory.push({ at: (now - this.#started) / 1000, megabytes });
    const { ticks, seconds } = this.reader.capture;
    if (ticks > this.#ticks) [this.#ticks, this.#heard] = [ticks, now];
    if (now - this.#heard < SILENCE_MS || this.#silent !== undefined) return;
    this.#silent = `after second ${seconds.toFixed(1)} no tick came for ${SILENCE_MS / 1000} s`;
    this.recorder.stop();
  }
}

function residentMegabytes(pid: number): number | undefined {
  try {
    const found = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return found ? Number(found[1]) / 1024 : undefined;
  } catch {
    return undefined;
  }
}

export async function runSoak(options: SoakOptions): Promise<SoakResult> {
  const { seconds, busy, folder, editor } = options;
  const captureFile = join(folder, 'capture');
  const load = await startWorkload('soak', {
    seconds: seconds + MARGIN_SECONDS,
    args: [busy],
    ownSession: true,
  });
  try {
    const request = { ...options, capture: captureFile };
    const recorder = editor ? editorRecorder(request) : terminalRecorder(request);
    const watch = new Watch(captureFile, recorder);
    const end = await watch.untilEnd();
    return result({ watch, recorder, end, options, captureFile });
  } finally {
    await load.stop();
  }
}

interface Ended {
  readonly watch: Watch;
  readonly recorder: SoakRecorder;
  readonly end: SoakEnd;
  readonly options: SoakOptions;
  readonly captureFile: string;
}

function result({ watch, recorder, end, options, captureFile }: Ended): SoakResult {
  const { seconds, hz } = options;
  const { capture, size } = watch.reader;
  const lasted = Math.min(seconds, capture.seconds);
  const memory = memoryTrend(watch.memory, lasted);
  return {
    reasons: [
      ...watch.silent,
      ...judgeSoak(capture, end, seconds),
      ...judgeRate(capture, hz * watch.busyCpus),
      ...judgeMemory(memory, lasted),
    ],
    capture,
    captureFile,
    captureBytes: size,
    memory,
    end,
    words: recorder.words,
  };
}
