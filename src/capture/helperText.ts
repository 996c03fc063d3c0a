/**
 * The text of the privileged helper: `bpf/helper.sh` with `bpf/sample.bt` inside it. It is handed
 * to `/bin/sh -c`, so no file can be swapped between the question for a password and the start.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../packageRoot';

const INCLUDE = /^#include sample\.bt$/m;
const PATHS = /^BPFTRACE_PATHS='.*'$/m;

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
