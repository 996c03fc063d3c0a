// Fetches VS Code in the browser (code-server, from npm) and the Node.js it requires into a cache
// folder.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { capture, findOnPath, step, withProgress } from './command.mjs';
import { Failure } from './failure.mjs';

const CODE_SERVER = 'code-server@4.139.1';
/** The major version code-server requires, which may differ from the one running us. */
const NODE_MAJOR = 24;
const UNFINISHED = '.unfinished-';

/** @typedef {{ node: string, entry: string }} Installation */

/**
 * @param {string} cache
 * @returns {Promise<Installation>}
 */
export async function ensureCodeServer(cache) {
  const nodePackage = nodePackageName();
  const folder = join(cache, `${CODE_SERVER}-${nodePackage}-${NODE_MAJOR}`);
  if (!existsSync(folder)) await install(folder, nodePackage);
  return installationIn(folder, nodePackage);
}

/**
 * @param {string} folder
 * @param {string} nodePackage
 * @returns {Installation}
 */
function installationIn(folder, nodePackage) {
  const modules = join(folder, 'node_modules');
  return {
    node: join(modules, nodePackage, 'bin', 'node'),
    entry: join(modules, 'code-server', 'out', 'node', 'entry.js'),
  };
}

function nodePackageName() {
  const known = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
  if (known) return `node-linux-${process.arch}`;
  throw new Failure(
    `VS Code in the browser can be fetched for Linux on x64 and arm64, not for ${process.platform} on ${process.arch}.`,
    'Install the VS Code desktop application with its "code" command, then run this again.',
  );
}

/**
 * Installs beside the final folder and moves the result there when it is complete: an interrupted
 * install is never mistaken for a good one.
 *
 * @param {string} folder
 * @param {string} nodePackage
 */
async function install(folder, nodePackage) {
  removeUnfinished(folder);
  const unfinished = `${folder}${UNFINISHED}${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    await npmInstall('Fetching VS Code for the browser (800 MB when unpacked)', unfinished, [
      CODE_SERVER,
      `${nodePackage}@${NODE_MAJOR}`,
    ]);
    // What code-server's own install script would do, less the building of native modules.
    const inner = join(unfinished, 'node_modules', 'code-server', 'lib', 'vscode');
    await npmInstall('Fetching the packages of VS Code', inner, ['--omit=dev']);
    await buildLogWriter(inner, installationIn(unfinished, nodePackage).node);
    if (!existsSync(folder)) renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** Removes what interrupted installs left; each is named after its process. @param {string} folder */
function removeUnfinished(folder) {
  const parent = dirname(folder);
  const prefix = `${basename(folder)}${UNFINISHED}`;
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent).filter((each) => each.startsWith(prefix)))
    if (!existsSync(`/proc/${name.slice(prefix.length)}`))
      rmSync(join(parent, name), { recursive: true, force: true });
}

/**
 * Builds the one native module we need, without which output channels stay empty. Skipped where
 * there is no compiler.
 *
 * @param {string} folder
 * @param {string} node
 */
async function buildLogWriter(folder, node) {
  if (!['g++', 'make', 'python3'].every((tool) => findOnPath(tool))) return;
  const bin = dirname(node);
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  // The headers come with that Node.js, so nothing has to be fetched.
  const args = ['rebuild', '--prefix', folder, '@vscode/spdlog', `--nodedir=${dirname(bin)}`];
  const build = () => capture('npm', args, { cwd: folder, env });
  const { status } = await withProgress('Compiling the log writer of VS Code', build);
  if (status !== 0) console.error('  … failed: the Output panel of VS Code will stay empty');
}

/** @param {string} what @param {string} folder @param {string[]} args */
function npmInstall(what, folder, args) {
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier'];
  return step(what, 'npm', ['install', '--prefix', folder, ...quiet, ...args], {
    cwd: folder,
    nextStep: 'npm must be able to reach its registry. Fix that, then run this again.',
  });
}
