/** The processes of this machine, read from /proc, with the CPU time each is using now. */
import { readdir, readFile, stat as look } from 'node:fs/promises';

export interface ProcessInfo {
  readonly pid: number;
  readonly name: string;
  /** The user who owns /proc/<pid>. */
  readonly owner: number;
  /** The arguments, separated by spaces; '' for a kernel thread. */
  readonly commandLine: string;
  /** CPU time used since the process started, in clock ticks. */
  readonly cpuTicks: number;
  /** Share of one CPU since the previous reading, 1 = all of it; undefined at the first. */
  readonly cpuUse?: number;
}

/** USER_HZ: the unit of the times in /proc/<pid>/stat, 100 on every supported machine. */
const TICKS_PER_SECOND = 100;
/** Processes read at a time, so that thousands of them do not block the editor. */
const BATCH = 64;

export async function listProcesses(): Promise<ProcessInfo[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found: (ProcessInfo | undefined)[] = [];
  for (let at = 0; at < pids.length; at += BATCH) {
    found.push(...(await Promise.all(pids.slice(at, at + BATCH).map(readProcess))));
  }
  return found.filter((info) => info !== undefined);
}

async function readProcess(pid: number): Promise<ProcessInfo | undefined> {
  try {
    const [stat, arguments_, { uid: owner }] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
      look(`/proc/${pid}`),
    ]);
    const commandLine = arguments_.split('\0').join(' ').trim();
    return { pid, owner, ...readStat(stat), commandLine };
  } catch {
    // The process has ended.
    return undefined;
  }
}

/** `812 (a) b (c) S 1 ...`: the name may contain brackets; fields 14 and 15 are user and system time. */
export function readStat(stat: string): { name: string; cpuTicks: number } {
  const end = stat.lastIndexOf(')');
  const fields = stat.slice(end + 2).split(' ');
  const cpuTicks = Number(fields[11]) + Number(fields[12]);
  return { name: stat.slice(stat.indexOf('(') + 1, end), cpuTicks };
}

/** Adds each process's CPU use since an earlier reading and sorts the busiest first. */
export function withCpuUse(
  now: readonly ProcessInfo[],
  before: readonly ProcessInfo[],
  seconds: number,
): ProcessInfo[] {
  const earlier = new Map(before.map((info) => [info.pid, info.cpuTicks]));
  return now
    .map((info) => {
      const ticks = info.cpuTicks - (earlier.get(info.pid) ?? info.cpuTicks);
      return { ...info, cpuUse: Math.max(0, ticks) / TICKS_PER_SECOND / seconds };
    })
    .sort((a, b) => b.cpuUse - a.cpuUse || b.cpuTicks - a.cpuTicks);
}
