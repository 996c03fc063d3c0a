// Paths of the repository and of the cache for what is fetched, which is outside of it.
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const REPOSITORY = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The cache folder: the XDG base directory, unless another is named. */
export function cacheDirectory() {
  if (process.env.STACK_COUNT_CACHE) return process.env.STACK_COUNT_CACHE;
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(base, 'stack-count');
}
