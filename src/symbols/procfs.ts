/**
 * What /proc tells about a process besides its mappings. All of it may be gone the next moment, or
 * not for us to read: then there is no answer.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { uptime } from 'node:os';
import { attempt } from './outcome';

export interface ProcessFacts {
  /** Effective user id, as we see it from our user namespace. */
  readonly user: number;
  /** The pid that the process itself knows, in its own pid namespace. */
  readonly ownPid: number;
  /** Milliseconds since the epoch, exact to about a second. */
  readonly startedMs: number;
}

/** Lines `Uid:	1000	1000	1000	1000` (real, effective, …) and `NSpid:	4711	1`, see proc(5). */
export function readProcessFacts(pid: number): ProcessFacts | undefined {
  const status = readText(`/proc/${pid}/status`);
  const startedMs = readStart(pid);
  const user = /^Uid:\t\d+\t(\d+)/m.exec(status)?.[1];
  const ownPid = /^NSpid:.*?(\d+)$/m.exec(status)?.[1];
  if (user === undefined || startedMs === undefined) return undefined;
  return { user: Number(user), ownPid: ownPid ? Number(ownPid) : pid, startedMs };
}

/**
 * Field 22 of /proc/<pid>/stat, in ticks of 1/100 s since boot (USER_HZ is 100 on every
 * architecture we meet). The name in field 2 may hold spaces and parentheses.
 */
function readStart(pid: number): number | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return ticks === undefined ? undefined : Date.now() - uptime() * 1000 + Number(ticks) * 10;
}

/**
 * What to put before a path that this process sees: `/proc/<pid>/root` when it lives in another
 * mount namespace, a container for instance, and ''  when it sees the files that we see.
 */
export function rootOf(pid: number): string {
  const theirs = attempt(() => readlinkSync(`/proc/${pid}/ns/mnt`));
  const ours = attempt(() => readlinkSync('/proc/self/ns/mnt'));
  const differs = theirs.ok && ours.ok && theirs.value !== ours.value;
  return differs ? `/proc/${pid}/root` : '';
}

function readText(path: string): string {
  const text = attempt(() => readFileSync(path, 'latin1'));
  return text.ok ? text.value : '';
}
