#!/usr/bin/env node
// npm test: sets up what is missing, then runs types, lint, build, unit, live and end-to-end tests.
import { relative, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { Failure, runScript } from './lib/failure.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { REPOSITORY } from './lib/paths.mjs';
import { STAGES } from './lib/stages.mjs';

const ALL = /** @type {StageName[]} */ (Object.keys(STAGES));

/** Each is a fault of the test or of the product; of more than these something is wrong as a whole. */
const MOST_UNSTEADY = 2;

const HELP = `Usage: npm test [-- [--only STAGE[,STAGE…]] [FILE…]]

Without arguments every stage runs, in this order: ${ALL.join(', ')}.
With files only those run; what they test is built before.

Live tests need root and bpftrace, end-to-end tests need Chromium; what this machine lacks is
skipped, and the reason is printed. STACK_COUNT_SYSTEM_TESTS=1 lets the tests add a user and a
polkit rule to this machine (they remove them again); scripts/setup-test-machine.sh prepares a
Debian machine for all of them.`;

/** @typedef {import('./lib/nodeTests.mjs').Result} Result */
/** @typedef {import('./lib/stages.mjs').StageName} StageName */
/** @typedef {{ stage: StageName, files?: string[] }} Run */

async function main() {
  const { help, runs } = readArguments();
  if (help) {
    console.log(HELP);
    return 0;
  }
  await ensurePackages();
  return summarise(await runAll(runs));
}

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { only: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  const stages = values.only?.split(',').map(stageNamed) ?? ALL;
  const runs = positionals.length ? runsOfFiles(positionals) : stages.map((stage) => ({ stage }));
  return { help: values.help, runs };
}

/** @param {string} name */
function stageNamed(name) {
  const stage = ALL.find((each) => each === name);
  if (!stage) throw new Failure(`There is no stage "${name}".`, HELP, '', 2);
  return stage;
}

/** The stages that the files belong to, after a build. @param {string[]} names @returns {Run[]} */
function runsOfFiles(names) {
  const files = names.map((name) => relative(REPOSITORY, resolve(name)));
  const used = ALL.filter((stage) => files.some((file) => stageOf(file) === stage));
  /** @type {Run[]} */
  const runs = used.map((stage) => ({
    stage,
    files: files.filter((file) => stageOf(file) === stage),
  }));
  return used.some((stage) => stage !== 'unit') ? [{ stage: 'build' }, ...runs] : runs;
}

/** @param {string} file @returns {StageName} */
function stageOf(file) {
  const [top, stage] = file.split(sep);
  if (top === 'test' && (stage === 'unit' || stage === 'live' || stage === 'e2e')) return stage;
  throw new Failure(`${file} is not below test/unit, test/live or test/e2e.`, 'Name a test file.');
}

/** @param {Run[]} runs */
async function runAll(runs) {
  /** @type {Result[]} */
  const results = [];
  let built = true;
  for (const run of runs) {
    console.log(`\n── ${run.stage} ──`);
    const result = await runStage(run, built);
    if (run.stage === 'build') built = result.failed.length === 0;
    results.push(result);
  }
  return results;
}

/** Tests of an old build would say nothing. @param {Run} run @param {boolean} built */
async function runStage({ stage, files }, built) {
  if (built || (stage !== 'live' && stage !== 'e2e')) return STAGES[stage](files);
  const name = `${stage}: not run, since the build failed`;
  return { passed: 0, failed: [{ name }], skipped: [] };
}

/** @param {Result[]} results */
function summarise(results) {
  const passed = results.reduce((sum, each) => sum + each.passed, 0);
  const failed = results.flatMap((each) => each.failed);
  const skipped = results.flatMap((each) => each.skipped);
  console.log();
  for (const { name, reason } of skipped) console.log(`skipped: ${name} (${reason})`);
  for (const { name } of failed) console.log(`failed: ${name}`);
  const unsteady = results.flatMap((each) => each.unsteady ?? []);
  for (const { name, reason = '' } of unsteady)
    console.log(`unsteady: ${name} (first failure: ${reason})`);
  const tooMany = unsteady.length > MOST_UNSTEADY;
  if (tooMany)
    console.log(`failed: ${unsteady.length} tests passed only when they were run once more`);
  console.log(`${passed} passed, ${failed.length} failed, ${skipped.length} skipped`);
  return failed.length === 0 && !tooMany ? 0 : 1;
}

await runScript(main);
