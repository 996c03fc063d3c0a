/** Puts a recording together: a live helper by the way to root that fits here, or a replay. */
import { cpus as allCpus } from 'node:os';
import type { CaptureHeader } from '../ticks/captureHeader';
import { noWayToRoot, type Failure } from '../failures/failure';
import { readLoad } from '../sources/loadReading';
import { FallbackSource } from '../sources/fallbackSource';
import { LiveSource } from '../sources/liveSource';
import { sustainableHz, type CaptureOptions } from '../ticks/options';
import { ReplaySource, type Pace } from '../sources/replaySource';
import type { LoadLimit } from '../core/loadWatch';
import { packageVersion } from '../files/packageRoot';
import type { Launch } from '../privilege/elevation';
import { chooseLaunches, type LaunchRequest } from '../helper/launches';
import { Recording, type RecordingHooks } from './recording';

export interface LiveRequest extends LaunchRequest {
  readonly capture: CaptureOptions;
  /** Record only while the load is over this. */
  readonly limit?: LoadLimit | undefined;
  readonly maxStacks: number;
  readonly reportInterval: number;
  readonly captureFile?: string | undefined;
  readonly durationSeconds?: number | undefined;
}

/** The recording, not yet started, or why there is no way to make one. */
export function liveRecording(request: LiveRequest, hooks: RecordingHooks): Recording | Failure {
  const { captureFile, durationSeconds, maxStacks, reportInterval } = request;
  // All of them are sampled, also those that we ourselves may not use.
  const cpus = allCpus().length;
  const { limit } = request;
  const capture = {
    ...request.capture,
    hz: sustainableHz(request.capture.hz, cpus),
    gate: limit?.metric === 'run-queue' ? limit.threshold : ('none' as const),
  };
  const launches = chooseLaunches(request, capture, (command) => hooks.onTerminal?.(command));
  if ('problem' in launches) return launches;
  if (launches.length === 0) return noWayToRoot;
  const header: CaptureHeader = {
    startedAt: Date.now(),
    options: capture,
    maxStacks,
    reportInterval,
    cpus,
    ...(limit ? { limit } : {}),
    version: packageVersion(),
  };
  const open = (launch: Launch) => new LiveSource(launch, capture, loadReader(limit));
  const source = new FallbackSource(launches, open, (text) => hooks.onWay?.(text));
  return new Recording(source, { header, captureFile, durationSeconds }, hooks);
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
  return new Recording(source, { header: source.header, ...options }, hooks);
}
