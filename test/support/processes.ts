/** Looks at the processes of this machine through /proc. Nothing here picks one to kill by name. */
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks per second in /proc, USER_HZ: 100 on every Linux we run on. */
export const TICKS_PER_SECOND = 100;

export interface ThreadTime {
  readonly tid: number;
  readonly userSeconds: number;
  readonly systemSeconds: number;
}

/** Fields of a stat file after the name, which may itself hold spaces and brackets: proc(5). */
function statFields(path: string): string[] | undefined {
  const text = readOrUndefined(path);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** A zombie is not alive: it has ended, and waits for its parent to look. */
export function isAlive(pid: number): boolean {
  const state = statFields(`/proc/${pid}/stat`)?.[0];
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/** Tells a process from a later one with the same pid. */
export function identity(pid: number): string | undefined {
  const start = statFields(`/proc/${pid}/stat`)?.[19];
  return start && `${pid}@${start}`;
}

export function commandLine(pid: number): string[] {
  return (readOrUndefined(`/proc/${pid}/cmdline`) ?? '').split('\0').slice(0, -1);
}

export function pids(): number[] {
  return readdirSync('/proc').filter(isNumber).map(Number);
}

export function parentOf(pid: number): number | undefined {
  const parent = statFields(`/proc/${pid}/stat`)?.[1];
  return parent === undefined ? undefined : Number(parent);
}

export function childrenOf(pid: number): number[] {
  return pids().filter((other) => parentOf(other) === pid);
}

/** All that descend from a process, parents before their children. */
export function descendantsOf(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

/** Living processes, other than ourselves, one of whose arguments contains the token. */
export function processesWithArgument(token: string): number[] {
  const hasIt = (pid: number) => commandLine(pid).some((word) => word.includes(token));
  return pids().filter((pid) => pid !== process.pid && isAlive(pid) && hasIt(pid));
}

export function processesOfUser(uid: number): number[] {
  const owner = (pid: number) =>
    readOrUndefined(`/proc/${pid}/status`)?.match(/^Uid:\t(\d+)/m)?.[1];
  return pids().filter((pid) => isAlive(pid) && owner(pid) === String(uid));
}

/** CPU time of each living thread. */
export function threadTimes(pid: number): ThreadTime[] {
  const tids = readdirSync(`/proc/${pid}/task`).filter(isNumber);
  return tids.flatMap((tid) => {
    const fields = statFields(`/proc/${pid}/task/${tid}/stat`);
    if (!fields) return [];
    const seconds = (index: number) => Number(fields[index]) / TICKS_PER_SECOND;
    return [{ tid: Number(tid), userSeconds: seconds(11), systemSeconds: seconds(12) }];
  });
}

function isNumber(name: string): boolean {
  return /^\d+$/.test(name);
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
