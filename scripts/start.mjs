#!/usr/bin/env node
// npm start: sets up what is missing, builds, and opens VS Code with Stack Count and a folder to
// try it on. Needs only Node.js, because it runs before anything is installed.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { prepareRecording } from './lib/bpftrace.mjs';
import { browserAddress, openBrowser, prepareBrowser } from './lib/browser.mjs';
import { step } from './lib/command.mjs';
import { desktopCommand, desktopProblem, openDesktop } from './lib/desktop.mjs';
import { Failure, runScript } from './lib/failure.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { REPOSITORY } from './lib/paths.mjs';
import { readStartOptions, START_HELP } from './lib/startOptions.mjs';
import { tryItFolder } from './lib/tryItFolder.mjs';

const SAMPLE = join(REPOSITORY, 'samples', 'sample.capture');

async function main() {
  const options = readStartOptions(process.argv.slice(2));
  if (options.help) {
    console.log(START_HELP);
    return 0;
  }
  const onDesktop = useDesktop(options.where);
  await ensurePackages();
  const environment = await recordingEnvironment();
  await step('Building Stack Count', 'npm', ['run', 'build'], { cwd: REPOSITORY });
  const folder = options.folder ?? tryItFolder();
  const open = onDesktop ? inDesktop : inBrowser;
  return open(folder, environment, options);
}

/** @param {'browser' | 'desktop' | undefined} where */
function useDesktop(where) {
  const problem = desktopProblem();
  if (where === 'desktop' && problem)
    throw new Failure(
      `The VS Code desktop application cannot be opened: ${problem}.`,
      'Leave --desktop out.',
    );
  return where !== 'browser' && !problem;
}

/** The environment of VS Code, which replays the sample where recording is impossible. */
async function recordingEnvironment() {
  const problem = await prepareRecording();
  if (!problem) return process.env;
  console.log(`\nThis machine cannot record. ${problem}`);
  if (!existsSync(SAMPLE))
    throw new Failure('The bundled sample recording is missing, too.', `Fetch ${SAMPLE} again.`);
  console.log('Until then, Start Stack Count shows a bundled sample recording instead.\n');
  return { ...process.env, STACK_COUNT_REPLAY: SAMPLE };
}

/** @typedef {import('./lib/startOptions.mjs').StartOptions} StartOptions */
/** @typedef {(folder: string, environment: NodeJS.ProcessEnv, options: StartOptions) => Promise<number>} Open */

/** @type {Open} */
async function inDesktop(folder, environment, { check }) {
  console.log(`\n${check ? 'Would run' : 'Running'}   ${desktopCommand(folder).join(' ')}`);
  return check ? 0 : openDesktop(folder, environment);
}

/** @type {Open} */
async function inBrowser(folder, environment, { check, port }) {
  const prepared = await prepareBrowser(port);
  if (!check) return openBrowser(prepared, folder, environment);
  console.log(`\nWould open   ${browserAddress(prepared.port, folder)}`);
  return 0;
}

await runScript(main);
