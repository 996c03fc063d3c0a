/** What is fixed when a recording starts; captures and journals begin with it. */
import { LOAD_METRICS, type LoadLimit } from '../core/loadWatch';
import type { CaptureOptions } from './options';

export interface CaptureHeader {
  /** Wall clock at the start, milliseconds since the epoch. */
  readonly startedAt: number;
  readonly options: CaptureOptions;
  readonly maxStacks: number;
  /** Seconds between two reports. */
  readonly reportInterval: number;
  readonly cpus: number;
  /** Recorded only while the load was over this. */
  readonly limit?: LoadLimit;
  /** Version of Stack Count that wrote it. */
  readonly version: string;
}

/** Whether this is what a file claims: the header of a recording. */
export function isHeader({ options, limit, ...header }: Partial<CaptureHeader>): boolean {
  const { startedAt, maxStacks, reportInterval } = header;
  const positive = [maxStacks, reportInterval, options?.hz, options?.tick, options?.keys];
  return (
    positive.every((value) => Number.isFinite(value) && Number(value) > 0) &&
    Number.isFinite(new Date(startedAt ?? NaN).getTime()) &&
    ['kernel', 'user', 'both'].includes(options?.stacks ?? '') &&
    (options?.pids === 'all' || isListOfIntegers(options?.pids)) &&
    (limit === undefined || isLimit(limit))
  );
}

function isLimit(limit: Partial<LoadLimit> | null): boolean {
  const metrics: readonly unknown[] = LOAD_METRICS;
  return metrics.includes(limit?.metric) && Number.isFinite(limit?.threshold);
}

function isListOfIntegers(value: unknown): boolean {
  return Array.isArray(value) && value.every(Number.isInteger);
}
