/** Checks the kernel's limits on sampling: who may sample, how often, and for how much CPU time. */
import type { Machine } from '../machine';
import { problem, row, type Row } from '../row';

const FOLDER = '/proc/sys/kernel';
const MAX_HZ = 999;
const DEFAULT_HZ = 99;

function number(machine: Machine, name: string): number | undefined {
  const text = machine.read(`${FOLDER}/${name}`);
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}

export function checkParanoid(machine: Machine): Row {
  const subject = {
    id: 'perf-event-paranoid',
    title: 'perf_event_paranoid',
    why: 'It restricts sampling by unprivileged users. It does not bind root, and the helper runs as root.',
  };
  const value = number(machine, 'perf_event_paranoid');
  if (value === undefined) {
    const fix = 'Use a kernel built with CONFIG_PERF_EVENTS.';
    return problem(subject, 5, 'This kernel has no perf events.', { fix });
  }
  return row(subject, 'ok', `kernel.perf_event_paranoid is ${value}; it needs no change.`);
}

export function checkSampleRate(machine: Machine): Row {
  const subject = {
    id: 'sample-rate',
    title: 'Sampling limits',
    why: 'The kernel refuses rates above perf_event_max_sample_rate, and lowers it when samples take longer than perf_cpu_time_max_percent: throttled samples never fire, so nobody can count them as lost.',
  };
  const rate = number(machine, 'perf_event_max_sample_rate');
  const percent = number(machine, 'perf_cpu_time_max_percent');
  if (rate === undefined) return row(subject, 'unknown', 'The limits cannot be read.');
  const finding = `At most ${rate} samples per second and CPU, in ${percent ?? '?'} % of its time.`;
  // In this order: without a time limit (0 or 100 %) the kernel accepts no rate limit.
  const fix = 'sysctl kernel.perf_cpu_time_max_percent=25 kernel.perf_event_max_sample_rate=100000';
  if (rate < DEFAULT_HZ) return problem(subject, 5, `${finding} 99 Hz is refused.`, { fix });
  if (rate < MAX_HZ) {
    const limited = `${finding} Rates above ${rate} Hz are refused.`;
    return row(subject, 'warning', limited, { fix });
  }
  return row(subject, 'ok', finding);
}
