#!/usr/bin/env node
/** The terminal tool: finds the command and turns every refusal into a sentence and an exit code. */
import { limitJit } from './limitJit';
import { packageVersion } from '../files/packageRoot';
import { MAIN_HELP } from '../terminal/help';
import {
  convertCommand,
  doctorCommand,
  helperCommand,
  monitorCommand,
  recordCommand,
} from '../terminal/commands';
import { bearLostReaders, complain, print } from '../terminal/output';
import { UsageError } from '../terminal/usageError';

const COMMANDS: Readonly<Record<string, (words: readonly string[]) => Promise<number>>> = {
  record: recordCommand,
  monitor: monitorCommand,
  convert: convertCommand,
  doctor: doctorCommand,
  helper: helperCommand,
};

async function main([name, ...words]: readonly string[]): Promise<number> {
  if (name === undefined || name === '-h' || name === '--help' || name === 'help') {
    return print(MAIN_HELP, name === undefined ? 2 : 0);
  }
  if (name === '-v' || name === '--version') return print(`${packageVersion()}\n`);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new UsageError(`there is no command "${name}"`);
  return command(words);
}

/** What a person can do something about, in words. @throws what is a fault of ours */
function refusal(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}. See stack-count --help`;
  const { syscall } = error as NodeJS.ErrnoException;
  if (syscall !== 'uv_cwd') throw error;
  return 'the current folder was removed; go to another one, or give every path in full, -o DIR too';
}

limitJit();
bearLostReaders();
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  complain(`${refusal(error)}.`);
  process.exitCode = 2;
}
