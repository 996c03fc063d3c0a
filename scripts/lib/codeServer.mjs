// Runs VS Code in the browser, for `npm start` and the end-to-end tests.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Failure } from './failure.mjs';

const READY_WITHIN_MS = 60_000;
const LOOK_AGAIN_MS = 100;
/** Bound on the log: the server may run for days. */
const KEPT_CHARACTERS = 100_000;

/** @typedef {import('./codeServerInstall.mjs').Installation} Installation */

/**
 * The arguments common to every start. Only the loopback interface is served.
 *
 * @param {Installation} installation
 * @param {{ port: number, auth: 'none' | 'password', data: string, extensions: string }} choice
 */
export function codeServerArguments(installation, choice) {
  return [
    installation.entry,
    `--auth=${choice.auth}`,
    `--bind-addr=127.0.0.1:${choice.port}`,
    `--user-data-dir=${choice.data}`,
    `--extensions-dir=${choice.extensions}`,
    // Without its own file it would write into the user's ~/.config.
    `--config=${join(choice.data, 'code-server.yaml')}`,
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-getting-started-override',
    '--ignore-last-opened',
  ];
}

/** Some variables of an outer VS Code would make this one open there instead of serving itself. */
export function withoutVsCodeVariables(/** @type {NodeJS.ProcessEnv} */ environment) {
  const foreign = /^(VSCODE_|CODE_SERVER_|CS_|ELECTRON_|PORT$|PASSWORD$|HASHED_PASSWORD$)/;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !foreign.test(name)));
}

/** @returns {Promise<number>} a free port of the loopback interface */
export function freePort(wanted = 0) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', (error) =>
      reject(new Failure(`Port ${wanted} cannot be used: ${error.message}.`, 'Choose another.')),
    );
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/**
 * Waits until the server answers; fails if it ends first.
 *
 * @param {string} url
 * @param {import('node:child_process').ChildProcess} server
 * @param {() => string} log
 */
export async function waitUntilServed(url, server, log) {
  const deadline = Date.now() + READY_WITHIN_MS;
  const running = () => server.pid && server.exitCode === null && server.signalCode === null;
  while (running() && Date.now() < deadline) {
    const answer = await fetch(`${url}/healthz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  throw new Failure('VS Code in the browser did not start.', 'Its output is above.', log());
}

/** Starts the server and keeps its output; see codeServerArguments. */
export function spawnCodeServer(
  /** @type {string} */ file,
  /** @type {string[]} */ args,
  /** @type {import('node:child_process').SpawnOptions} */ options,
) {
  const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  const keep = (/** @type {string} */ part) => (text = (text + part).slice(-KEPT_CHARACTERS));
  child.stdout?.setEncoding('utf8').on('data', keep);
  child.stderr?.setEncoding('utf8').on('data', keep);
  child.on('error', (error) => keep(error.message));
  return { child, log: () => text };
}
