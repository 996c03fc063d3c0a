/** The only place where an ending becomes words and buttons. A dismissed dialog stays unmentioned. */
import { Uri, window, type LogOutputChannel } from 'vscode';
import type { Failure } from '../capture/failure';
import { failureText } from '../capture/failure';
import { formatCount } from '../core/accounting';
import { printable } from '../core/printable';
import type { Summary } from '../engine/protocol';

const SHOW_OUTPUT = 'Show Output';

/** A recording ended as it should. */
export async function announceResults(summary: Summary, files: readonly string[]): Promise<void> {
  const counted = `${formatCount(summary.totals.recorded)} samples of ${formatCount(summary.processes)} processes`;
  if (summary.totals.recorded === 0) {
    const reason =
      summary.totals.outside > 0
        ? `all ${formatCount(summary.totals.outside)} samples were outside of what was asked for`
        : 'nothing of what was asked for was running';
    void window.showInformationMessage(`Stack Count recorded no stacks: ${reason}.`);
    return;
  }
  const log = files[0];
  if (log === undefined) {
    void window.showInformationMessage(`Stack Count recorded ${counted}; they were not saved.`);
    return;
  }
  const open = 'Open stack_count.log';
  const answer = await window.showInformationMessage(`Stack Count saved ${counted}.`, open);
  if (answer === open) await openFile(log);
}

/** A recording could not start, or ended by itself. */
export async function announceFailure(failure: Failure, log: LogOutputChannel): Promise<void> {
  if (failure.kind === 'dismissed') {
    window.setStatusBarMessage('Stack Count: cancelled', 5_000);
    return;
  }
  const answer = await window.showErrorMessage(printable(failureText(failure)), SHOW_OUTPUT);
  if (answer === SHOW_OUTPUT) log.show();
}

/** Something went wrong that does not end the recording. */
export function announceProblem(text: string): void {
  void window.showWarningMessage(printable(text));
}

export async function openFile(path: string): Promise<void> {
  await window.showTextDocument(Uri.file(path), { preview: true });
}
