// Opens VS Code in the browser with the extension: served on the loopback interface, behind a
// password made for this one start.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  codeServerArguments,
  freePort,
  spawnCodeServer,
  waitUntilServed,
  withoutVsCodeVariables,
} from './codeServer.mjs';
import { ensureCodeServer } from './codeServerInstall.mjs';
import { withProgress } from './command.mjs';
import { Failure } from './failure.mjs';
import { cacheDirectory, REPOSITORY } from './paths.mjs';

const ENDS_WITHIN_MS = 5_000;

/** Settings of the first start, which the user may change. */
const FIRST_SETTINGS = {
  'workbench.startupEditor': 'readme',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  // Otherwise a folder stays restricted without a prompt, and nothing can be recorded in it.
  'security.workspace.trust.startupPrompt': 'once',
};

/**
 * Does everything but start the server.
 *
 * @param {number} wantedPort
 */
export async function prepareBrowser(wantedPort) {
  const installation = await ensureCodeServer(cacheDirectory());
  const port = await freePort(wantedPort);
  const home = join(cacheDirectory(), 'editor');
  const [data, extensions] = [join(home, 'data'), join(home, 'extensions')];
  linkExtension(extensions);
  writeFirstSettings(join(data, 'User'));
  const choice = { port, auth: /** @type {const} */ ('password'), data, extensions };
  return { port, file: installation.node, args: codeServerArguments(installation, choice) };
}

/** Links to the repository, so that a rebuild and a reload of the window show a change. */
function linkExtension(/** @type {string} */ folder) {
  const manifest = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8'));
  const { publisher, name, version } = manifest;
  // VS Code keeps a list of the extensions it found here, maybe with another version of ours.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  symlinkSync(REPOSITORY, join(folder, `${publisher}.${name}-${version}`));
}

/** @param {string} folder */
function writeFirstSettings(folder) {
  const file = join(folder, 'settings.json');
  if (existsSync(file)) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${JSON.stringify(FIRST_SETTINGS, null, 2)}\n`);
}

/** @param {number} port @param {string} folder */
export function browserAddress(port, folder) {
  return `http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}`;
}

/**
 * Serves until Ctrl-C or a signal ends it.
 *
 * @param {Awaited<ReturnType<typeof prepareBrowser>>} prepared
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<number>} the exit status
 */
export async function openBrowser({ port, file, args }, folder, environment) {
  // In the environment, since anyone on the machine can read arguments.
  const password = randomBytes(15).toString('base64url');
  const env = { ...withoutVsCodeVariables(environment), PASSWORD: password };
  // A separate process group: Ctrl-C reaches only us, and we end the whole group.
  const { child, log } = spawnCodeServer(file, args, { cwd: folder, env, detached: true });
  const server = endWithUs(child);
  const served = waitUntilServed(`http://127.0.0.1:${port}`, child, log);
  try {
    await withProgress('Starting VS Code', () => served);
    console.log(`\nOpen       ${browserAddress(port, folder)}\nPassword   ${password}`);
    console.log(
      '\nVS Code asks whether you trust that folder: Stack Count records only in one that you do.',
    );
    console.log('Ctrl-C ends VS Code.');
    await server.ended;
  } catch (error) {
    if (!server.wasAsked()) throw error;
  } finally {
    server.kill();
  }
  if (server.wasAsked()) return 0;
  throw new Failure('VS Code ended by itself.', 'Its last output is above.', log());
}

/** @param {import('node:child_process').ChildProcess} child */
function endWithUs(child) {
  let asked = false;
  const end = (/** @type {NodeJS.Signals} */ signal) => {
    try {
      process.kill(-(child.pid ?? 0), signal);
    } catch {
      // The group is gone.
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => {
      asked = true;
      end('SIGTERM');
      setTimeout(() => end('SIGKILL'), ENDS_WITHIN_MS).unref();
    });
  return {
    wasAsked: () => asked,
    kill: () => end('SIGKILL'),
    ended: new Promise((resolve) => child.on('close', resolve)),
  };
}
