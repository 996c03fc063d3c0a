/** The questions before the load monitor: metric, threshold, stacks, with what the machine does now. */
import { availableParallelism } from 'node:os';
import { window, type Memento } from 'vscode';
import { readLoad } from '../../sources/loadReading';
import type { StackParts } from '../../ticks/printedStack';
import { defaultThreshold, readThreshold } from '../../core/loadLimit';
import { LOAD_METRICS, type LoadLimit, type LoadMetric } from '../../core/loadWatch';

export interface LoadChoice {
  readonly limit: LoadLimit;
  readonly stacks: StackParts;
}

const MEMORY = 'loadChoice';
const TITLE = 'Start Load Monitor';

const DETAILS: Record<LoadMetric, string> = {
  'run-queue': 'Runnable tasks on the CPU being sampled; decided in the kernel, sample by sample',
  'load-average': 'Of the last minute; bpftrace runs only while it is over the threshold',
  pressure: 'Share of the last 10 s in which a task waited for a CPU, percent',
};

const STACKS: readonly { stacks: StackParts; label: string }[] = [
  { stacks: 'kernel', label: 'Kernel stacks' },
  { stacks: 'both', label: 'User and kernel stacks' },
  { stacks: 'user', label: 'User stacks' },
];

/** @param preset from the settings; @returns undefined when it was dismissed */
export async function askWhatToWatch(
  memory: Memento,
  preset: LoadLimit,
): Promise<LoadChoice | undefined> {
  const last = memory.get<LoadChoice>(MEMORY);
  const metric = await askMetric(last?.limit.metric ?? preset.metric);
  if (!metric) return undefined;
  const threshold = await askThreshold(metric, usual(metric, last?.limit, preset));
  if (threshold === undefined) return undefined;
  const stacks = await askStacks(last?.stacks ?? 'kernel');
  if (!stacks) return undefined;
  const choice = { limit: { metric, threshold }, stacks };
  await memory.update(MEMORY, choice);
  return choice;
}

/** The threshold used last with this metric, else the one set, else the usual one. */
function usual(metric: LoadMetric, last: LoadLimit | undefined, preset: LoadLimit): number {
  const known = [last, preset].find((limit) => limit?.metric === metric);
  return known?.threshold ?? defaultThreshold(metric, availableParallelism());
}

async function askMetric(first: LoadMetric): Promise<LoadMetric | undefined> {
  const metrics = [first, ...LOAD_METRICS.filter((metric) => metric !== first)];
  const items = metrics.map((metric) => ({
    metric,
    label: metric,
    description: current(metric),
    detail: DETAILS[metric],
  }));
  const placeHolder = 'Record stacks while this is over a threshold';
  const picked = await window.showQuickPick(items, { title: TITLE, placeHolder });
  if (!picked) return undefined;
  if (readLoad(picked.metric) !== undefined) return picked.metric;
  void window.showErrorMessage('This kernel is built without PSI: choose another metric.');
  return undefined;
}

/** `now 3 on 2 CPUs`. */
function current(metric: LoadMetric): string {
  const value = readLoad(metric);
  if (value === undefined) return 'not in this kernel';
  const cpus = availableParallelism();
  return metric === 'pressure' ? `now ${value} %` : `now ${value} on ${cpus} CPUs`;
}

async function askThreshold(metric: LoadMetric, value: number): Promise<number | undefined> {
  const text = await window.showInputBox({
    title: TITLE,
    value: String(value),
    prompt: `Record while the ${metric} is over this (${current(metric)})`,
    validateInput: (given) => {
      const read = readThreshold(metric, given.trim());
      return typeof read === 'string' ? `Expected ${read}` : undefined;
    },
  });
  return text === undefined ? undefined : Number(text);
}

async function askStacks(first: StackParts): Promise<StackParts | undefined> {
  const items = [...STACKS].sort((a, b) => Number(b.stacks === first) - Number(a.stacks === first));
  const placeHolder = 'Which stacks to record';
  return (await window.showQuickPick(items, { title: TITLE, placeHolder }))?.stacks;
}
