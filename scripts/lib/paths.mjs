// Where things are: our own folder, and the cache outside of it for what is fetched.
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const REPOSITORY = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** As the XDG base directory specification has it, if no other is named. */
export function cacheDirectory() {
  if (process.env.STACK_COUNT_CACHE) return process.env.STACK_COUNT_CACHE;
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(base, 'stack-count');
}
