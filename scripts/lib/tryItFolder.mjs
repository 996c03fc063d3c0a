// The folder for trying out Stack Count. It is in the user's cache because recordings write to it.
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, REPOSITORY } from './paths.mjs';

export function tryItFolder() {
  const folder = join(cacheDirectory(), 'try-it');
  // An existing folder keeps the user's changes.
  if (!existsSync(folder))
    cpSync(join(REPOSITORY, 'scripts', 'try-it'), folder, { recursive: true });
  return folder;
}
