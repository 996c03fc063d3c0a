/** `stack-count helper install|uninstall|status`: the copy of the helper that root keeps. */
import { printable } from '../core/printable';
import {
  installHelper,
  tellHelper,
  uninstallHelper,
  type HelperOutcome,
} from '../helper/helperSetup';
import type { Asker } from '../privilege/ways';
import { readAsker } from './arguments';
import { HELPER_HELP } from './help';
import { print } from './output';
import { parseOptions } from './parseOptions';
import { UsageError } from './usageError';

export async function helperCommand(words: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions('helper', words, { allowPositionals: true });
  if (values.help) return print(HELPER_HELP);
  const asker = readAsker(values.for);
  const outcome = await act(positionals, asker);
  return tell(outcome, codeFor(outcome, positionals), values.json);
}

function codeFor({ failure, state }: HelperOutcome, [task]: readonly string[]): number {
  if (failure) return failure.exitCode;
  return task === 'status' && state.kind !== 'ours' ? 1 : 0;
}

async function tell(outcome: HelperOutcome, code: number, json: boolean): Promise<number> {
  if (json) return print(`${JSON.stringify(outcome, null, 2)}\n`, code);
  if (!outcome.failure) return print(`${printable(outcome.text)}\n`, code);
  note(outcome.text);
  return code;
}

async function act(words: readonly string[], asker: Asker): Promise<HelperOutcome> {
  const [task, ...extra] = words;
  if (extra.length === 0 && task === 'status') return tellHelper();
  if (extra.length === 0 && task === 'install') return installHelper(asker, note);
  if (extra.length === 0 && task === 'uninstall') return uninstallHelper(asker, note);
  throw new UsageError('helper expects install, uninstall or status');
}

function note(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}
