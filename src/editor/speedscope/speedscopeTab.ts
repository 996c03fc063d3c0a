/** One speedscope tab: what it shows, and what its page asks for. */
import { basename, dirname, join } from 'node:path';
import { commands, ProgressLocation, Uri, window, workspace, type WebviewPanel } from 'vscode';
import { COMMANDS } from '../contributions';
import type { SpeedscopeAnswer } from '../../results/speedscopeFile';
import type { EngineClient } from '../recording/engineClient';
import { announceProblem } from '../notifications';
import type { Snapshots } from './snapshots';
import type {
  FromSpeedscopePage,
  SpeedscopeState,
  ToSpeedscopePage,
} from '../../messages/speedscopeMessages';

/** What a tab shows: the last recording, or a file of stacks. */
export interface SpeedscopeSource {
  readonly file?: string;
}

/** The stacks as they are now, written where the page can fetch them; undefined: it was said why. */
export async function takeSnapshot(
  engine: EngineClient,
  snapshots: Snapshots,
  { file }: SpeedscopeSource,
): Promise<SpeedscopeState | undefined> {
  const progress = { location: ProgressLocation.Window, title: 'Stack Count: opening speedscope' };
  return window.withProgress(progress, async () => {
    const path = snapshots.fresh();
    const answer = await engine.speedscope(path, file);
    if ('problem' in answer) {
      announceProblem(answer.problem);
      return undefined;
    }
    const title = titleOf(answer, file);
    return { snapshot: basename(path), title, ...(file === undefined ? {} : { file }) };
  });
}

function titleOf({ seconds = 0 }: Exclude<SpeedscopeAnswer, { problem: string }>, file?: string) {
  if (file !== undefined) return `${basename(file)} — speedscope`;
  const whole = Math.floor(seconds);
  const time = `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
  return `Recording, first ${time} — speedscope`;
}

export class SpeedscopeTab {
  #shown: SpeedscopeState | undefined;
  /** The page listens; what is posted before would be lost. */
  #ready = false;
  /** A closed panel cannot even be given a title. */
  #closed = false;

  constructor(
    readonly panel: WebviewPanel,
    readonly source: SpeedscopeSource,
    private readonly engine: EngineClient,
    private readonly snapshots: Snapshots,
  ) {
    panel.webview.onDidReceiveMessage((message: FromSpeedscopePage) => this.#receive(message));
    panel.onDidDispose(() => {
      this.#closed = true;
      this.#forget();
    });
  }

  show(state: SpeedscopeState): void {
    if (this.#closed) return this.snapshots.release(this.snapshots.find(state.snapshot));
    if (this.#shown?.snapshot !== state.snapshot) this.#forget();
    this.#shown = state;
    this.panel.title = state.title;
    this.#post();
  }

  /** The stacks as they are now; when there are none any more it stays as it is. */
  async refresh(): Promise<void> {
    const state = await takeSnapshot(this.engine, this.snapshots, this.source);
    if (state) this.show(state);
  }

  #post(): void {
    if (!this.#ready) return;
    void this.panel.webview.postMessage(this.#message());
  }

  #message(): ToSpeedscopePage {
    const path = this.#path;
    if (!this.#shown || path === undefined) return { type: 'note', text: GONE };
    const uri = this.panel.webview.asWebviewUri(Uri.file(path)).toString();
    return { type: 'show', uri, state: this.#shown };
  }

  get #path(): string | undefined {
    return this.#shown && this.snapshots.find(this.#shown.snapshot);
  }

  #forget(): void {
    this.snapshots.release(this.#path);
    this.#shown = undefined;
  }

  #receive(message: FromSpeedscopePage): void | Thenable<unknown> {
    switch (message.type) {
      case 'ready':
        this.#ready = true;
        return this.#post();
      case 'save':
        return this.#save();
      case 'open':
        return commands.executeCommand('workbench.action.files.openFile');
      case 'import':
        return this.#import();
      case 'flamegraph':
        return commands.executeCommand(COMMANDS.showFlamegraph, this.#fileUri);
      case 'failed':
        return announceProblem(`speedscope was not opened: ${message.reason}.`);
    }
  }

  get #fileUri(): Uri | undefined {
    return this.source.file === undefined ? undefined : Uri.file(this.source.file);
  }

  async #save(): Promise<void> {
    const path = this.#path;
    if (path === undefined) return;
    const filters = { 'speedscope profile': ['json'] };
    const target = await window.showSaveDialog({ defaultUri: this.#proposal(), filters });
    if (!target) return;
    try {
      // A copy is readable to its owner alone, as the snapshot is.
      await workspace.fs.copy(Uri.file(path), target, { overwrite: true });
    } catch (error) {
      announceProblem(`${target.fsPath} was not saved: ${(error as Error).message}`);
    }
  }

  #proposal(): Uri {
    const { file } = this.source;
    const folder = file ? dirname(file) : (workspace.workspaceFolders?.[0]?.uri.fsPath ?? '');
    return Uri.file(join(folder, `${basename(file ?? 'recording')}.speedscope.json`));
  }

  async #import(): Promise<void> {
    const filters = { 'Files of stacks': ['log', 'bpf', 'folded', 'collapsed', 'txt'] };
    const openLabel = 'Open in speedscope';
    const [file] = (await window.showOpenDialog({ filters, openLabel })) ?? [];
    if (file) await commands.executeCommand(COMMANDS.openInSpeedscope, file);
  }
}

const GONE =
  'The stacks that were shown here are gone: a recording is kept in memory until its window is closed. Its files are where it saved them.';
