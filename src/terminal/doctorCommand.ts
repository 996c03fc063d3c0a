/** `stack-count doctor`: reads its command line, and prints the report for people or machines. */
import { installedState } from '../helper/helperText';
import { examine, type DoctorOptions } from '../doctor/doctor';
import { thisMachine } from '../doctor/machine';
import { renderText } from '../doctor/render';
import { readAsker, readPids, requireProcesses } from './arguments';
import { DOCTOR_HELP } from './help';
import type { Values } from './options';
import { print } from './output';
import { parseOptions } from './parseOptions';

export async function doctorCommand(words: readonly string[]): Promise<number> {
  const { values } = parseOptions('doctor', words, { allowPositionals: false });
  if (values.help) return print(DOCTOR_HELP);
  const report = await examine(thisMachine, examineOptions(values));
  const text = values.json
    ? `${JSON.stringify(report, null, 2)}\n`
    : renderText(report, process.stdout.columns ?? 100);
  return print(text, report.exitCode);
}

function examineOptions({ pid, probe, for: asker }: Values<'doctor'>): DoctorOptions {
  const pids = readPids(pid);
  requireProcesses(pids);
  return { pids, probe, asker: readAsker(asker), installed: installedState() };
}
