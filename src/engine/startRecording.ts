/** Puts a recording together: a live helper by the way to root that fits here, or a replay. */
import { availableParallelism } from 'node:os';
import type { CaptureHeader } from '../capture/captureFile';
import { noWayToRoot, type Failure } from '../capture/failure';
import { helperText } from '../capture/helperText';
import { readLoad } from '../capture/loadReading';
import { LiveSource } from '../capture/liveSource';
import { helperArguments, sustainableHz, type CaptureOptions } from '../capture/options';
import { ReplaySource, type Pace } from '../capture/replaySource';
import type { LoadLimit } from '../core/loadWatch';
import { packageVersion } from '../packageRoot';
import { chooseLaunch } from '../privilege/elevation';
import { Recording, type RecordingHooks } from './recording';

export interface LiveRequest {
  readonly capture: CaptureOptions;
  /** Record only while the load is over this. */
  readonly limit?: LoadLimit | undefined;
  readonly maxStacks: number;
  readonly reportInterval: number;
  readonly captureFile?: string | undefined;
  readonly durationSeconds?: number | undefined;
  /** Another bpftrace; ignored unless we are root. */
  readonly bpftrace?: string | undefined;
}

/** The recording, not yet started, or why there is no way to make one. */
export function liveRecording(request: LiveRequest, hooks: RecordingHooks): Recording | Failure {
  const { captureFile, durationSeconds, maxStacks, reportInterval } = request;
  const cpus = availableParallelism();
  const { limit } = request;
  const capture = {
    ...request.capture,
    hz: sustainableHz(request.capture.hz, cpus),
    gate: limit?.metric === 'run-queue' ? limit.threshold : ('none' as const),
  };
  const isRoot = process.getuid?.() === 0;
  const text = helperText(isRoot ? request.bpftrace : undefined);
  const launch = chooseLaunch(text, helperArguments(capture));
  if (!launch) return noWayToRoot;
  const header: CaptureHeader = {
    startedAt: Date.now(),
    options: capture,
    maxStacks,
    reportInterval,
    cpus,
    ...(limit ? { limit } : {}),
    version: packageVersion(),
  };
  const options = { header, way: launch.way, captureFile, durationSeconds };
  return new Recording(new LiveSource(launch, loadReader(limit)), options, hooks);
}

/** The run queue is read in the kernel. */
function loadReader(limit: LoadLimit | undefined): (() => number | undefined) | undefined {
  if (!limit || limit.metric === 'run-queue') return undefined;
  return () => readLoad(limit.metric);
}

/** @throws CaptureFormatError, or the file system's error */
export function replayRecording(
  path: string,
  pace: Pace,
  hooks: RecordingHooks,
  options: Pick<LiveRequest, 'captureFile' | 'durationSeconds'> = {},
): Recording {
  const source = new ReplaySource(path, pace);
  return new Recording(source, { header: source.header, way: 'replay', ...options }, hooks);
}
