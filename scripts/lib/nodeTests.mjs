// Runs test files with Node's own runner and counts what they did.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { REPOSITORY } from './paths.mjs';

const REPORTER = pathToFileURL(join(REPOSITORY, 'scripts', 'lib', 'testReporter.mjs')).href;
/** How long a runner that was told to stop may take to clean up. */
const GRACE_MS = 15_000;

/**
 * @typedef {object} Failure
 * @property {string} name of the test, behind that of its file
 * @property {string} [file] as it was given; absent where it is not known which one it was
 * @property {string} [reason] first line of what was thrown
 *
 * @typedef {object} Result
 * @property {number} passed
 * @property {Failure[]} failed
 * @property {{ name: string, reason: string }[]} skipped
 * @property {Failure[]} [unsteady] they passed when they were run once more
 *
 * @typedef {object} Limits
 * @property {number} atOnce files that run side by side
 * @property {number} testMinutes
 * @property {number} stageMinutes
 */

/** All test files below a folder. @param {string} folder */
export function testFiles(folder) {
  const names = readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' });
  const tests = names.filter((name) => name.endsWith('.test.ts')).sort();
  return tests.map((name) => join(folder, name));
}

/**
 * @param {string[]} files
 * @param {Limits} limits
 * @returns {Promise<Result>}
 */
export async function runTestFiles(files, limits) {
  const folder = mkdtempSync(join(tmpdir(), 'stack-count-results-'));
  try {
    const results = join(folder, 'results');
    const status = await runNode(runnerArguments(files, results, limits), limits.stageMinutes);
    return count(files, readResults(results), status);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string[]} files @param {string} results @param {Limits} limits */
function runnerArguments(files, results, limits) {
  return [
    ...['--enable-source-maps', '--import', 'tsx', '--test'],
    ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...[`--test-reporter=${REPORTER}`, `--test-reporter-destination=${results}`],
    `--test-concurrency=${limits.atOnce}`,
    `--test-timeout=${limits.testMinutes * 60_000}`,
    ...files,
  ];
}

/**
 * Asks a runner that takes too long to stop, so that the tests can clean up, and then makes it.
 *
 * @param {string[]} args
 * @param {number} minutes
 * @returns {Promise<string>} what is wrong with how it ended, or nothing
 */
function runNode(args, minutes) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: REPOSITORY, stdio: 'inherit' });
    let problem = '';
    const limit = setTimeout(() => {
      problem = `took more than ${minutes} minutes`;
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), GRACE_MS).unref();
    }, minutes * 60_000);
    child.on('error', (error) => (problem = error.message));
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      // 1 is the runner's word for failed tests, which are counted.
      const crashed = code !== 0 && code !== 1 ? `ended with ${code ?? signal}` : '';
      resolve(problem || crashed);
    });
  });
}

/** @param {string} path */
function readResults(path) {
  try {
    const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line));
  } catch {
    return [];
  }
}

/**
 * @param {string[]} files
 * @param {any[]} results
 * @param {string} problem
 * @returns {Result}
 */
function count(files, results, problem) {
  const of = (/** @type {string} */ outcome) => results.filter((each) => each.outcome === outcome);
  const ran = new Set(results.filter(({ isFile }) => !isFile).map(({ file }) => file));
  const silent = files.filter((file) => !ran.has(resolve(REPOSITORY, file)));
  const bad = of('failed').filter(({ isFile, file }) => !isFile || ran.has(file));
  return {
    passed: of('passed').length,
    failed: [
      ...bad.map(({ file, name, isFile, reason }) => ({
        name: isFile ? `${short(file)} as a whole` : `${short(file)}: ${name}`,
        file: short(file),
        reason,
      })),
      ...silent.map((file) => ({ name: `${file}: no test ran to its end`, file })),
      ...(problem ? [{ name: `the test runner ${problem}` }] : []),
    ],
    skipped: of('skipped').map(({ name, reason }) => ({ name, reason })),
  };
}

/** @param {string} file */
function short(file) {
  return relative(REPOSITORY, file ?? REPOSITORY);
}
