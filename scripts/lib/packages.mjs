// Installs our npm packages if one of the lock file is missing or has another version.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture, step, withProgress } from './command.mjs';
import { REPOSITORY } from './paths.mjs';

/** No package needs its install script, and a script that does not run does no harm. */
const QUIET = ['--ignore-scripts', '--no-audit', '--no-fund'];

export async function ensurePackages(folder = REPOSITORY) {
  if (packagesAreInstalled(folder)) return;
  const what = 'Installing the npm packages';
  const clean = await withProgress(what, () => capture('npm', ['ci', ...QUIET], { cwd: folder }));
  if (clean.status === 0) return;
  await step(`${what} without the lock file`, 'npm', ['install', '--no-save', ...QUIET], {
    cwd: folder,
    nextStep: 'npm must be able to reach its registry. Fix that, then run this again.',
  });
}

/** @param {string} folder */
export function packagesAreInstalled(folder) {
  const wanted = readLock(join(folder, 'package-lock.json'));
  // npm's record of what is installed, in the same format.
  const installed = readLock(join(folder, 'node_modules', '.package-lock.json'));
  return Object.entries(wanted).every(
    ([path, { optional, version }]) =>
      path === '' || optional || installed[path]?.version === version,
  );
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return {};
  }
}
