/** What the kernel tells of the machine's CPUs: which are online, and how busy they were. */
import { readFileSync, statfsSync, statSync } from 'node:fs';

const FOLDER = '/sys/devices/system/cpu';
/** include/uapi/linux/magic.h */
const SYSFS_MAGIC = 0x62656572;
/** More than any kernel is built for. */
const MAX_CPUS = 65_536;

/**
 * The CPUs that are online, each with what tells one time online from the next: the kernel makes
 * the folder of its topology anew when it comes back (drivers/base/topology.c, topology_add_dev).
 * Undefined where it cannot be read.
 */
export function readOnlineCpus(): ReadonlyMap<number, string> | undefined {
  const cpus = parseCpus(read(`${FOLDER}/online`) ?? '');
  if (cpus.length === 0) return undefined;
  return new Map(cpus.map((cpu) => [cpu, inodeOf(`${FOLDER}/cpu${cpu}/topology`)]));
}

/** A file system in user space that stands in for it, as in some containers, gives new ones at will. */
function inodeOf(path: string): string {
  if (statfsSync(FOLDER).type !== SYSFS_MAGIC) return '';
  return String(statSync(path, { throwIfNoEntry: false, bigint: true })?.ino ?? '');
}

/** The numbers in a list of the kernel (Documentation/admin-guide/cputopology.rst): `0-3,5`. */
export function parseCpus(list: string): number[] {
  const cpus: number[] = [];
  for (const range of list.trim().split(',')) {
    const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range) ?? [];
    if (first === undefined) continue;
    for (let cpu = Number(first); cpu <= Number(last); cpu++) cpus.push(cpu);
    if (cpus.length > MAX_CPUS) return [];
  }
  return cpus;
}

/** USER_HZ of proc(5) is 100 on every machine that we run on. */
const MS_PER_JIFFY = 10;

/** Milliseconds that all CPUs together ran something, since boot. */
export function readBusyMs(): number | undefined {
  // `cpu  350 0 198 40211 17 0 5 2 0 0`: user, nice, system, idle, iowait, irq, softirq, steal, ...
  const found = /^cpu +(\d+) (\d+) (\d+) /.exec(read('/proc/stat') ?? '');
  if (!found) return undefined;
  const [, user = 0, nice = 0, system = 0] = found.map(Number);
  return (user + nice + system) * MS_PER_JIFFY;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
