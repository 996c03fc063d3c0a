// Runs other programs for the scripts. Reports progress while one takes long, and keeps its output
// until it is needed to explain a failure.
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Failure } from './failure.mjs';

const STILL_AT_IT_MS = 10_000;
const KEPT_LINES = 40;

/**
 * @typedef {object} CommandOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {string} [nextStep] what to do when the command fails
 */

/** @param {string} name @param {string} [path] */
export function findOnPath(name, path = process.env.PATH ?? '') {
  const candidates = path.split(delimiter).map((folder) => join(folder, name));
  return candidates.find(isExecutable);
}

/** @param {string} path */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs a program to its end and returns its status and all its output.
 *
 * @param {string} file
 * @param {string[]} args
 * @param {CommandOptions} [options]
 * @returns {Promise<{ status: number, output: string }>}
 */
export function capture(file, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', (error) => resolve({ status: 127, output: error.message }));
    child.on('close', (code) => resolve({ status: code ?? 128, output }));
  });
}

/**
 * Runs one step of the set-up, which must succeed.
 *
 * @param {string} what shown to the user, as in "Building Stack Count"
 * @param {string} file
 * @param {string[]} args
 * @param {CommandOptions} [options]
 */
export async function step(what, file, args, options = {}) {
  const result = await withProgress(what, () => capture(file, args, options));
  if (result.status === 0) return;
  throw new Failure(
    `${what} failed: ${file} ended with status ${result.status}.`,
    options.nextStep ?? 'Its last lines are above. Fix what they report, then run this again.',
    result.output.trimEnd().split('\n').slice(-KEPT_LINES).join('\n'),
  );
}

/**
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withProgress(what, work) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  console.error(`${what} …`);
  const timer = setInterval(
    () => console.error(`  … still at it after ${seconds()} s`),
    STILL_AT_IT_MS,
  );
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
