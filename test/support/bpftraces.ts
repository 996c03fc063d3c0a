/**
 * The versions of bpftrace to test with: the system's, and those named by
 * STACK_COUNT_TEST_BPFTRACES, absolute paths with colons between them.
 */
import { spawnSync } from 'node:child_process';
import { findOnPath } from '../../scripts/lib/command.mjs';

export interface Bpftrace {
  readonly path: string;
  /** As in `0.23.2`. */
  readonly version: string;
}

let found: readonly Bpftrace[] | undefined;

/** Each version once; the system's is the first where there is one. */
export function bpftraces(): readonly Bpftrace[] {
  found ??= distinct([findOnPath('bpftrace'), ...named()].flatMap(askVersion));
  return found;
}

/** The one that the helper finds by itself. */
export function systemBpftrace(): Bpftrace {
  const [first] = bpftraces();
  if (!first) throw new Error('There is no bpftrace here. Run scripts/setup-test-machine.sh.');
  return first;
}

function named(): string[] {
  return (process.env.STACK_COUNT_TEST_BPFTRACES ?? '').split(':').filter(Boolean);
}

/** One that was named but does not run is a fault of the set-up, not a reason to test less. */
function askVersion(path: string | undefined): Bpftrace[] {
  if (!path) return [];
  const { stdout, error } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 20_000 });
  const version = /v(\d+\.\d+\.\d+)/.exec(stdout ?? '')?.[1];
  if (!version) throw new Error(`${path} does not say its version: ${error?.message ?? stdout}`);
  return [{ path, version }];
}

function distinct(all: readonly Bpftrace[]): Bpftrace[] {
  return all.filter(
    ({ version }, index) => all.findIndex((other) => other.version === version) === index,
  );
}
