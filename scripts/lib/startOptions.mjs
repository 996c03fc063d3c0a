// The command line of `npm start`.
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Failure } from './failure.mjs';

const HELP = `Usage: npm start [-- OPTION…]

Sets up what is missing, builds Stack Count, and opens VS Code with it: the desktop application
where there is one, else VS Code in the browser, on this machine only and behind a password.

  --browser      VS Code in the browser, even if the desktop application is there
  --desktop      the desktop application, or nothing
  --folder DIR   the folder to open; else one made for trying it out
  --port N       port for VS Code in the browser; else one that is free
  --check        set everything up and say what would be opened, but do not open it
  --help         this text`;

/**
 * @typedef {object} StartOptions
 * @property {boolean} help
 * @property {boolean} check
 * @property {'browser' | 'desktop' | undefined} where
 * @property {string | undefined} folder
 * @property {number} port 0 for any that is free
 */

export { HELP as START_HELP };

/**
 * @param {string[]} args
 * @returns {StartOptions}
 */
export function readStartOptions(args) {
  const values = parse(args);
  if (values.browser && values.desktop) throw usage('--browser and --desktop exclude each other.');
  return {
    help: values.help ?? false,
    check: values.check ?? false,
    where: values.browser ? 'browser' : values.desktop ? 'desktop' : undefined,
    folder: values.folder === undefined ? undefined : existingFolder(values.folder),
    port: values.port === undefined ? 0 : portNumber(values.port),
  };
}

/** @param {string[]} args */
function parse(args) {
  try {
    const flag = /** @type {const} */ ({ type: 'boolean' });
    const text = /** @type {const} */ ({ type: 'string' });
    const options = {
      ...{ browser: flag, desktop: flag, check: flag, folder: text, port: text },
      help: /** @type {const} */ ({ type: 'boolean', short: 'h' }),
    };
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

/** @param {string} path */
function existingFolder(path) {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return resolve(path);
  throw usage(`--folder: there is no folder ${path}.`);
}

/** @param {string} text */
function portNumber(text) {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw usage(`--port: ${text} is not a port (1 to 65535).`);
}

/** @param {string} cause */
function usage(cause) {
  return new Failure(cause, HELP, '', 2);
}
