#!/usr/bin/env node
/** The terminal tool: finds the command and turns every refusal into a sentence and an exit code. */
import { printable } from './core/printable';
import { compileSparingly } from './engine/compileSparingly';
import { packageVersion } from './packageRoot';
import { MAIN_HELP } from './terminal/help';
import {
  convertCommand,
  doctorCommand,
  helperCommand,
  monitorCommand,
  recordCommand,
} from './terminal/commands';
import { UsageError } from './terminal/usageError';

const COMMANDS: Readonly<Record<string, (words: readonly string[]) => Promise<number>>> = {
  record: recordCommand,
  monitor: monitorCommand,
  convert: convertCommand,
  doctor: doctorCommand,
  helper: helperCommand,
};

async function main([name, ...words]: readonly string[]): Promise<number> {
  if (name === undefined || name === '-h' || name === '--help' || name === 'help') {
    process.stdout.write(MAIN_HELP);
    return name === undefined ? 2 : 0;
  }
  if (name === '-v' || name === '--version') {
    process.stdout.write(`${packageVersion()}\n`);
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new UsageError(`there is no command "${name}"`);
  return command(words);
}

compileSparingly();
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`stack-count: ${printable(error.message)}. See stack-count --help.\n`);
  process.exitCode = 2;
}
