// Opens the VS Code desktop application with the extension, as F5 does in its own development.
import { spawn } from 'node:child_process';
import { findOnPath } from './command.mjs';
import { Failure } from './failure.mjs';
import { REPOSITORY } from './paths.mjs';

/** Why it cannot be opened here; undefined when it can. */
export function desktopProblem() {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (!findOnPath('code')) return 'there is no "code" command';
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) return 'there is no display';
  if (process.getuid?.() === 0) return 'it does not run as root';
  return undefined;
}

/** @param {string} folder */
export function desktopCommand(folder) {
  return ['code', '--new-window', `--extensionDevelopmentPath=${REPOSITORY}`, folder];
}

/**
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<number>} the exit status
 */
export function openDesktop(folder, environment) {
  const [file = '', ...args] = desktopCommand(folder);
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env: environment, stdio: 'inherit' });
    child.on('error', ({ message }) =>
      reject(new Failure(`VS Code did not start: ${message}.`, 'Try: npm start -- --browser')),
    );
    child.on('close', (code) => resolve(code ?? 1));
  });
}
