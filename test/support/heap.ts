/** How much is alive: for tests of what must not be kept. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of all objects that are still used. */
export function liveBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}
