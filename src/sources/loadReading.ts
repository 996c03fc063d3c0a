/** Reads the machine's load, for the metrics that the kernel does not gate for us. */
import { readFileSync } from 'node:fs';
import type { LoadMetric } from '../core/loadWatch';

/** What is there now: undefined when this kernel does not tell. */
export function readLoad(metric: LoadMetric): number | undefined {
  if (metric === 'load-average') return readLoadAverage(read('/proc/loadavg'));
  if (metric === 'pressure') return readPressure(read('/proc/pressure/cpu'));
  return readRunnable(read('/proc/stat'));
}

/** `0.84 0.52 0.36 2/345 20511`: the first is that of the last minute. */
export function readLoadAverage(text: string): number | undefined {
  return numberIn(/^([\d.]+) /, text);
}

/** `some avg10=3.10 avg60=1.20 avg300=0.40 total=123456`, in percent. */
export function readPressure(text: string): number | undefined {
  return numberIn(/^some avg10=([\d.]+) /m, text);
}

/** `procs_running 3`: runnable tasks of the whole machine, to choose a threshold by. */
export function readRunnable(text: string): number | undefined {
  return numberIn(/^procs_running (\d+)$/m, text);
}

function numberIn(pattern: RegExp, text: string): number | undefined {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
