/** Check This Machine: the doctor's report as a read-only page. */
import {
  commands,
  EventEmitter,
  ProgressLocation,
  Uri,
  window,
  workspace,
  type Disposable,
  type TextDocumentContentProvider,
} from 'vscode';
import type { Report } from '../../doctor/doctor';
import { renderMarkdown } from '../../doctor/render';
import { announceProblem } from '../notifications';
import type { TerminalTool, ToolEnd } from './terminalTool';

const SCHEME = 'stack-count-check';
const PAGE = Uri.from({ scheme: SCHEME, path: 'Check This Machine.md' });

export class MachineCheck implements TextDocumentContentProvider, Disposable {
  readonly #changed = new EventEmitter<Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #registration = workspace.registerTextDocumentContentProvider(SCHEME, this);
  #text = '';

  constructor(private readonly tool: TerminalTool) {}

  provideTextDocumentContent(): string {
    return this.#text;
  }

  async show(): Promise<void> {
    if (!workspace.isTrusted) {
      announceProblem('Stack Count runs bpftrace to check it: trust this workspace first.');
      return;
    }
    const end = await this.#examine();
    if (end.code === null) return;
    const report = readReport(end);
    if (!report) {
      announceProblem(`This machine could not be checked: ${end.stderr.trim()}`);
      return;
    }
    this.#text = renderMarkdown(report);
    this.#changed.fire(PAGE);
    await commands.executeCommand('markdown.showPreview', PAGE);
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }

  async #examine(): Promise<ToolEnd> {
    const title = 'Stack Count: checking this machine';
    const location = ProgressLocation.Notification;
    return window.withProgress({ location, title, cancellable: true }, (_, token) =>
      this.tool.run(['doctor', '--json', '--for', 'editor'], token),
    );
  }
}

function readReport({ stdout }: ToolEnd): Report | undefined {
  try {
    return JSON.parse(stdout) as Report;
  } catch {
    return undefined;
  }
}
