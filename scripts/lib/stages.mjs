// What `npm test` runs, in this order. Each stage gives back how its tests went.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureCodeServer } from './codeServerInstall.mjs';
import { capture, findOnPath } from './command.mjs';
import { findChromium, systemTestsAllowed, testCacheDirectory } from './machine.mjs';
import { runTestFiles, testFiles } from './nodeTests.mjs';
import { onceMore } from './onceMore.mjs';
import { REPOSITORY } from './paths.mjs';

/** @typedef {import('./nodeTests.mjs').Result} Result */

/** @typedef {'types' | 'lint' | 'build' | 'unit' | 'live' | 'e2e'} StageName */

/** The main program, and those that run in a browser. */
const TYPE_CHECKED = ['.', 'src/flamegraph/client', 'webview'];

/** @type {Record<StageName, (files?: string[]) => Promise<Result>>} */
export const STAGES = {
  types: async () =>
    commands(
      'types',
      TYPE_CHECKED.map((project) => tool('tsc', '--noEmit', '-p', project)),
    ),
  lint: async () => lint(),
  build: async () => commands('build', [['npm', 'run', '--silent', 'build']]),
  unit: (files) => tests('test/unit', files, { atOnce: 2, testMinutes: 2, stageMinutes: 10 }),
  live: (files) => systemTests(files ?? testFiles('test/live')),
  e2e: async (files) => {
    // Here, and not in the first test that needs it, where it would count as that one's time.
    if (findChromium() || systemTestsAllowed) await ensureCodeServer(testCacheDirectory());
    return systemTests(files ?? testFiles('test/e2e'));
  },
};

/** Each in a lane of its own. */
const LIMITS = { atOnce: 1, testMinutes: 5, stageMinutes: 30 };

/** What else runs would count as load, look unusual, or take the second they give; and the load they make would slow others. */
const NEED_A_QUIET_MACHINE = [
  'test/live/labels.test.ts',
  'test/live/monitor.test.ts',
  'test/live/soak.test.ts',
  'test/e2e/hostKilled.test.ts',
  'test/e2e/loadMonitor.test.ts',
];

/** They take more than a minute, the longest first: begun last, one of them would leave a lane idle. */
const BEGIN_FIRST = [
  'test/live/faults.test.ts',
  'test/live/record.test.ts',
  'test/e2e/privilege.test.ts',
  'test/e2e/labels.test.ts',
  'test/e2e/panelInEditor.test.ts',
  'test/e2e/record.test.ts',
  'test/e2e/speedscope.test.ts',
  'test/e2e/panel.test.ts',
  'test/e2e/flamegraph.test.ts',
];

/** Tests that change this machine for a while must not see each other's changes. */
const CHANGES_THE_MACHINE = /\b(createPolkitUser|userThroughPkexec)\b/;

/**
 * Those that need a quiet machine come last, one after the other.
 *
 * @param {string[]} files
 * @returns {Promise<Result>}
 */
async function systemTests(files) {
  const noisy = files.filter((file) => !NEED_A_QUIET_MACHINE.includes(file));
  const quiet = files.filter((file) => NEED_A_QUIET_MACHINE.includes(file));
  const results = [await inLanes(noisy)];
  if (quiet.length > 0) results.push(await runTestFiles(quiet, LIMITS));
  return onceMore(together(results), (file) => runTestFiles([file], LIMITS));
}

/**
 * Two files at a time: most of what a recording or an editor does in a test is to wait. One lane begins with those
 * that change the machine, and then both take what is left.
 *
 * @param {string[]} files
 * @returns {Promise<Result>}
 */
async function inLanes(files) {
  const changes = (/** @type {string} */ file) =>
    CHANGES_THE_MACHINE.test(readFileSync(join(REPOSITORY, file), 'utf8'));
  const ordered = longestFirst(files);
  const changing = ordered.filter(changes);
  const others = ordered.filter((file) => !changes(file));
  /** @type {Result[]} */
  const results = [];
  /** @param {(() => string | undefined)} next */
  const lane = async (next) => {
    for (let file = next(); file; file = next()) results.push(await runTestFiles([file], LIMITS));
  };
  await Promise.all([lane(() => changing.shift() ?? others.shift()), lane(() => others.shift())]);
  return together(results);
}

/** @param {string[]} files */
function longestFirst(files) {
  const long = BEGIN_FIRST.filter((file) => files.includes(file));
  return [...long, ...files.filter((file) => !long.includes(file))];
}

/** @param {Result[]} results @returns {Result} */
function together(results) {
  return {
    passed: results.reduce((sum, { passed }) => sum + passed, 0),
    failed: results.flatMap(({ failed }) => failed),
    skipped: results.flatMap(({ skipped }) => skipped),
  };
}

/** @param {string} name @param {...string} args */
function tool(name, ...args) {
  return [join(REPOSITORY, 'node_modules', '.bin', name), ...args];
}

async function lint() {
  const scripts = shellScripts();
  const shellcheck = findOnPath('shellcheck');
  const result = await commands('lint', [
    tool('eslint', '.'),
    tool('prettier', '--check', '--log-level=warn', '.'),
    ...(shellcheck ? [[shellcheck, ...scripts]] : []),
  ]);
  if (!shellcheck) result.skipped.push({ name: 'shellcheck', reason: 'is not installed' });
  return result;
}

function shellScripts() {
  const inFolder = (/** @type {string} */ folder) =>
    existsSync(join(REPOSITORY, folder))
      ? readdirSync(join(REPOSITORY, folder)).map((name) => join(folder, name))
      : [];
  const scripts = [...inFolder('bpf'), ...inFolder('scripts')].filter((name) =>
    name.endsWith('.sh'),
  );
  return [...scripts, '.ci/run'];
}

/**
 * Several programs that count as one test, side by side; all run, so that all complaints are seen
 * at once.
 *
 * @param {string} name
 * @param {string[][]} lines
 * @returns {Promise<Result>}
 */
async function commands(name, lines) {
  const run = ([file = '', ...args]) => capture(file, args, { cwd: REPOSITORY });
  const results = await Promise.all(lines.map(run));
  for (const { output } of results) if (output.trim()) console.log(output.trimEnd());
  const bad = results.some(({ status }) => status !== 0);
  return { passed: bad ? 0 : 1, failed: bad ? [{ name }] : [], skipped: [] };
}

/**
 * @param {string} folder
 * @param {string[] | undefined} chosen
 * @param {import('./nodeTests.mjs').Limits} limits
 * @returns {Promise<Result>}
 */
async function tests(folder, chosen, limits) {
  const files = chosen ?? testFiles(folder);
  if (files.length > 0) return runTestFiles(files, limits);
  return { passed: 0, failed: [{ name: `${folder}: there is no test` }], skipped: [] };
}
