/** Install and Uninstall Privileged Helper: one authentication, then what came of it. */
import { ProgressLocation, window, workspace } from 'vscode';
import type { HelperOutcome } from '../../helper/helperSetup';
import { announceProblem } from '../notifications';
import { plainText } from '../plainText';
import type { TerminalTool } from './terminalTool';

export type HelperTask = 'install' | 'uninstall';

const TITLES: Record<HelperTask, string> = {
  install: 'Stack Count: installing the privileged helper',
  uninstall: 'Stack Count: removing the privileged helper',
};
const IN_TERMINAL = 'Do It in a Terminal';
/** Where nobody could be asked, a terminal can. */
const NOT_ASKED = [
  'noAgent',
  'noPolkit',
  'pkexecBroken',
  'refusedEnvironment',
  'orphan',
  'sudoPassword',
];

export class HelperInstaller {
  constructor(private readonly tool: TerminalTool) {}

  async run(task: HelperTask): Promise<void> {
    if (!workspace.isTrusted) {
      announceProblem('Stack Count would change this machine as root: trust this workspace first.');
      return;
    }
    const location = ProgressLocation.Notification;
    const { stdout, stderr, code } = await window.withProgress(
      { location, title: TITLES[task], cancellable: true },
      (_, token) => this.tool.run(['helper', task, '--json', '--for', 'editor'], token),
    );
    if (code === null) return;
    await this.#announce(task, readOutcome(stdout), stderr);
  }

  async #announce(
    task: HelperTask,
    outcome: HelperOutcome | undefined,
    stderr: string,
  ): Promise<void> {
    if (!outcome) return announceProblem(`The helper could not be changed: ${stderr.trim()}`);
    const text = plainText(outcome.text);
    const kind = outcome.failure?.kind;
    if (kind === undefined) return void window.showInformationMessage(text);
    if (kind === 'dismissed') return;
    const buttons = NOT_ASKED.includes(kind) ? [IN_TERMINAL] : [];
    const answer = await window.showErrorMessage(text, ...buttons);
    if (answer === IN_TERMINAL) this.tool.openTerminal('Stack Count', ['helper', task]);
  }
}

function readOutcome(text: string): HelperOutcome | undefined {
  try {
    return JSON.parse(text) as HelperOutcome;
  } catch {
    return undefined;
  }
}
