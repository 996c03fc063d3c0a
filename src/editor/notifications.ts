/** The only place where an ending becomes words and buttons. A dismissed dialog stays unmentioned. */
import { commands, Uri, window, type LogOutputChannel } from 'vscode';
import { COMMANDS } from './contributions';
import type { Failure } from '../failures/failure';
import { failureText } from '../failures/failure';
import { countOf, formatCount } from '../core/accounting';
import type { Summary } from '../messages/engineMessages';
import { buttonsFor, type FailureButton } from './recording/failureButtons';
import { plainText } from './plainText';
import { logIn } from './resultLog';

const OPEN_LOG = 'Open stack_count.log';
const SHOW_FLAMEGRAPH = 'Show Flame Graph';

/** A recording ended as it should. */
export async function announceResults(summary: Summary, files: readonly string[]): Promise<void> {
  if (summary.totals.recorded === 0) {
    void window.showInformationMessage(`Stack Count recorded no stacks: ${whyNothing(summary)}.`);
    return;
  }
  const samples = countOf(summary.totals.recorded, 'sample');
  const counted = `${samples} of ${countOf(summary.processes, 'process', 'processes')}`;
  const log = logIn(files);
  const saved = files.length > 0 ? `saved ${counted}` : `recorded ${counted}; they were not saved`;
  const buttons = log === undefined ? [SHOW_FLAMEGRAPH] : [OPEN_LOG, SHOW_FLAMEGRAPH];
  const answer = await window.showInformationMessage(`Stack Count ${saved}.`, ...buttons);
  if (answer === OPEN_LOG && log !== undefined) await openFile(log);
  if (answer === SHOW_FLAMEGRAPH) await commands.executeCommand(COMMANDS.showFlamegraph);
}

function whyNothing({ totals, load }: Summary): string {
  if (load && load.episodeCount === 0) {
    return `the ${load.metric} was never over ${load.threshold}. Files of an earlier time are unchanged`;
  }
  if (totals.outside === 0) return 'nothing of what was asked for was running';
  return `all ${formatCount(totals.outside)} samples were outside of what was asked for`;
}

/**
 * A recording could not start, or ended by itself.
 *
 * @param recordInTerminal what that button does
 */
export async function announceFailure(
  failure: Failure,
  log: LogOutputChannel,
  recordInTerminal: () => void,
): Promise<void> {
  if (failure.kind === 'dismissed') {
    window.setStatusBarMessage('Stack Count: cancelled', 5_000);
    return;
  }
  const actions: Record<FailureButton, () => unknown> = {
    'Record in Terminal': recordInTerminal,
    'Check This Machine': () => commands.executeCommand(COMMANDS.checkMachine),
    'Show Output': () => log.show(),
  };
  const buttons = buttonsFor(failure.kind);
  const answer = await window.showErrorMessage(plainText(failureText(failure)), ...buttons);
  if (answer) await actions[answer]();
}

/** Something went wrong that does not end the recording. */
export function announceProblem(text: string): void {
  void window.showWarningMessage(plainText(text));
}

export async function openFile(path: string): Promise<void> {
  await window.showTextDocument(Uri.file(path), { preview: true });
}
