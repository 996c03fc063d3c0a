/**
 * The text of the privileged helper: `bpf/helper.sh` with `bpf/sample.bt` inside it. It is handed
 * to `/bin/sh -c`, so no file can be swapped between the question for a password and the start.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot, packageVersion } from '../files/packageRoot';
import {
  HELPER_PATH,
  POLICY_PATH,
  readInstalled,
  withVersion,
  type InstalledFiles,
  type InstalledState,
} from '../privilege/installedHelper';

const INCLUDE = /^#include sample\.bt$/m;
const PATHS = /^BPFTRACE_PATHS='.*'$/m;

/** Where the helper looks for bpftrace, in its order. */
export function bpftracePaths(): string[] {
  const [line = ''] =
    PATHS.exec(readFileSync(join(packageRoot(), 'bpf', 'helper.sh'), 'utf8')) ?? [];
  return line.slice(line.indexOf("'") + 1, -1).split(' ');
}

/**
 * @param bpftrace absolute path of another bpftrace. Only for a caller who is root already: it is
 *   no option of the helper, so nothing can choose it through pkexec.
 */
export function helperText(bpftrace?: string): string {
  const folder = join(packageRoot(), 'bpf');
  const program = readFileSync(join(folder, 'sample.bt'), 'utf8').trimEnd();
  const helper = readFileSync(join(folder, 'helper.sh'), 'utf8').replace(INCLUDE, () => program);
  if (bpftrace === undefined) return helper;
  if (!/^\/[\w./@+-]+$/.test(bpftrace)) throw new Error(`not a plain absolute path: ${bpftrace}`);
  return helper.replace(PATHS, () => `BPFTRACE_PATHS='${bpftrace}'`);
}

const POLICY = 'io.github.stack-count.policy';

/** What an installation consists of. */
export function installedFiles(): InstalledFiles {
  const policy = readFileSync(join(packageRoot(), 'bpf', POLICY), 'utf8');
  return {
    [HELPER_PATH]: withVersion(helperText(), packageVersion()),
    [POLICY_PATH]: withVersion(policy, packageVersion(), ['<!-- ', ' -->']),
  };
}

export function installedState(): InstalledState {
  return readInstalled(installedFiles(), packageVersion());
}

/** The program that installs or removes them, and what it is told. */
export function installerCall(task: 'install' | 'uninstall'): { text: string; words: string[] } {
  const text = readFileSync(join(packageRoot(), 'bpf', 'install.sh'), 'utf8');
  return { text, words: task === 'install' ? [task, ...Object.values(installedFiles())] : [task] };
}
