/** `stack-count doctor`: reads its command line, and prints the report for people or machines. */
import { parseArgs } from 'node:util';
import { installedState } from '../helper/helperText';
import { examine, type DoctorOptions } from '../doctor/doctor';
import { thisMachine } from '../doctor/machine';
import { renderText } from '../doctor/render';
import { readPids, requireProcesses } from './arguments';
import { DOCTOR_HELP } from './help';
import { print } from './output';
import { UsageError } from './usageError';

const OPTIONS = {
  json: { type: 'boolean' },
  probe: { type: 'boolean' },
  pid: { type: 'string', short: 'p', multiple: true },
  for: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

export async function doctorCommand(words: readonly string[]): Promise<number> {
  const values = read(words);
  if (values.help) return print(DOCTOR_HELP);
  const report = await examine(thisMachine, optionsOf(values));
  const text = values.json
    ? `${JSON.stringify(report, null, 2)}\n`
    : renderText(report, process.stdout.columns ?? 100);
  return print(text, report.exitCode);
}

type Values = ReturnType<typeof read>;

/** @throws UsageError */
function read(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, strict: true }).values;
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split('. ');
    throw new UsageError(sentence.replace(/\.$/, ''));
  }
}

function optionsOf({ pid, probe, for: asker = 'terminal' }: Values): DoctorOptions {
  const pids = readPids(pid);
  requireProcesses(pids);
  if (asker !== 'terminal' && asker !== 'editor') {
    throw new UsageError(`--for ${asker}: expected terminal or editor`);
  }
  return { pids, probe: probe ?? false, asker, installed: installedState() };
}
