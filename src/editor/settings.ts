/** The settings, read when a recording starts; a value out of bounds falls back to the nearest. */
import { availableParallelism } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { workspace, type WorkspaceFolder } from 'vscode';
import { DEFAULT_CAPTURE, DEFAULT_MAX_STACKS, MAX_DEPTH, MAX_HZ } from '../ticks/options';
import type { StackParts } from '../ticks/printedStack';
import { defaultThreshold, readThreshold } from '../core/loadLimit';
import { LOAD_METRICS, type LoadLimit } from '../core/loadWatch';
import { SETTINGS, type SettingKey } from './contributions';

export interface Settings {
  readonly stacks: StackParts;
  readonly frequency: number;
  readonly reportInterval: number;
  readonly outputDirectory: string;
  readonly maxDepth: number;
  readonly maxStacks: number;
  readonly limit: LoadLimit;
  readonly openFlameGraph: boolean;
  readonly ownProcesses: boolean;
}

export function readSettings(): Settings {
  return {
    stacks: oneOf(value('stacks'), ['both', 'user', 'kernel'], 'both'),
    frequency: bounded(value('frequency'), 1, MAX_HZ, DEFAULT_CAPTURE.hz),
    reportInterval: bounded(value('reportInterval'), 1, 3600, 5),
    outputDirectory: String(value('outputDirectory') ?? ''),
    maxDepth: bounded(value('maxDepth'), 1, MAX_DEPTH, DEFAULT_CAPTURE.depth),
    maxStacks: bounded(value('maxStacks'), 100, 1_000_000, DEFAULT_MAX_STACKS),
    limit: readLimit(),
    openFlameGraph: value('openFlameGraph') !== false,
    ownProcesses: value('ownProcesses') === true,
  };
}

function readLimit(): LoadLimit {
  const metric = oneOf(value('loadMonitor.metric'), LOAD_METRICS, 'run-queue');
  const threshold = readThreshold(metric, String(value('loadMonitor.threshold')));
  if (typeof threshold === 'number') return { metric, threshold };
  return { metric, threshold: defaultThreshold(metric, availableParallelism()) };
}

function value(key: SettingKey): unknown {
  return workspace.getConfiguration(SETTINGS.section).get(key);
}

function bounded(given: unknown, low: number, high: number, otherwise: number): number {
  if (typeof given !== 'number' || !Number.isFinite(given)) return otherwise;
  return Math.min(high, Math.max(low, Math.round(given)));
}

function oneOf<T extends string>(given: unknown, allowed: readonly T[], otherwise: T): T {
  return allowed.find((name) => name === given) ?? otherwise;
}

/** Where results go; undefined when no folder is open and none is set. */
export function outputFolder(
  { outputDirectory }: Settings,
  folder: WorkspaceFolder | undefined = workspace.workspaceFolders?.[0],
): string | undefined {
  const root = folder?.uri.scheme === 'file' ? folder.uri.fsPath : undefined;
  if (outputDirectory === '') return root;
  if (isAbsolute(outputDirectory)) return outputDirectory;
  return root === undefined ? undefined : join(root, outputDirectory);
}
