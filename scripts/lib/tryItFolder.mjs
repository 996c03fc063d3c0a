// The folder to try Stack Count in, made in the person's cache, for what is recorded goes into it.
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, REPOSITORY } from './paths.mjs';

export function tryItFolder() {
  const folder = join(cacheDirectory(), 'try-it');
  // What the person changed there stays.
  if (!existsSync(folder))
    cpSync(join(REPOSITORY, 'scripts', 'try-it'), folder, { recursive: true });
  return folder;
}
