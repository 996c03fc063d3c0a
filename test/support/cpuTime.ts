/** What the CPUs of this machine did, from /proc/stat. */
import { readFileSync } from 'node:fs';
import { TICKS_PER_SECOND } from './processes';

/** Seconds that all of them together were busy since the machine has started. */
export function busySeconds(): number {
  const [line = ''] = readFileSync('/proc/stat', 'latin1').split('\n');
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = line
    .split(/ +/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq) / TICKS_PER_SECOND;
}
