/**
 * The flame graph tabs of this window: one that follows the recording, and one for each file that
 * was opened. They come back after a reload of the window.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  commands,
  env,
  Uri,
  ViewColumn,
  window,
  type Disposable,
  type Memento,
  type WebviewPanel,
} from 'vscode';
import { COMMANDS, CONTEXT_KEYS, PANELS } from '../contributions';
import { noDataText } from '../../core/noData';
import type { PanelSource } from '../../messages/panelMessages';
import { readPreferences } from '../../flamegraph/drawingPreferences';
import { describeFileError, replaceFile } from '../../results/outputFiles';
import type { Summary } from '../../messages/engineMessages';
import type { EngineClient } from '../recording/engineClient';
import type { RecordingWatch } from '../recording/recordingWatch';
import { FlamegraphPanel, titleOf, type PanelActions } from './flamegraphPanel';
import { announceProblem } from '../notifications';
import type { ProcessesView } from '../tree/processesView';

/** Where the last recording of this workspace is saved: its tab shows that after a reload. */
const LAST_RESULT = 'lastResult';
/** How pictures were drawn last, in any workspace. */
const PREFERENCES_KEY = 'flameGraph.taste';

export class FlamegraphPanels implements Disposable {
  readonly #panels = new Set<FlamegraphPanel>();
  readonly #subscriptions: Disposable[];
  #opened = false;

  /**
   * @param memory of this workspace
   * @param everywhere memory of all workspaces
   * @param assets folder of the bundled page
   */
  constructor(
    private readonly engine: EngineClient,
    private readonly recording: RecordingWatch,
    private readonly view: ProcessesView,
    private readonly memory: Memento,
    private readonly everywhere: Memento,
    private readonly assets: Uri,
  ) {
    this.#subscriptions = [
      recording.onChange(({ event }) => {
        if (event.type === 'tick') this.#tick(event.summary);
        if (event.type === 'ended') this.#tick(event.summary);
        if (event.type === 'started') this.#restart(event.result);
      }),
      view.onDidSelect((row) => this.narrow(row)),
      view.onDidShow(() => this.#tellView()),
      window.registerWebviewPanelSerializer(PANELS.flamegraph, {
        deserializeWebviewPanel: async (panel, state) => this.#revive(panel, state),
      }),
    ];
  }

  /** @param file of stacks; absent: the running or last recording */
  async show(file = this.#savedEarlier): Promise<void> {
    if (file === undefined) {
      await this.view.showRecording();
      return this.#open({}, ViewColumn.Active, false);
    }
    const problem = await this.view.showFile(file);
    if (problem !== undefined) return announceProblem(problem);
    // The file may have changed since its tab was opened, and rows are numbers of what the view read.
    this.#find(file)?.restart();
    this.#open({ file }, ViewColumn.Active, false);
    this.#tellView();
  }

  /** By itself, at the first start in this window: beside the code, which keeps the keyboard. */
  showBeside(): void {
    if (this.#opened || this.#live) return;
    this.#open({}, ViewColumn.Beside, true);
  }

  showAllProcesses(): void {
    this.narrow('');
  }

  /** Narrows the tab of what the view shows, if there is one, and leaves the tabs where they are. */
  narrow(row: string): void {
    for (const panel of this.#panels) {
      if (panel.source.file === this.view.file) panel.narrow(row);
    }
    this.#tellView();
  }

  /** Narrows the tab of what the view shows, which is opened if it is not. */
  showOnly(row: string): void {
    const { file } = this.view;
    this.#open(file === undefined ? {} : { file }, ViewColumn.Active, true);
    this.narrow(row);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  get #live(): FlamegraphPanel | undefined {
    return this.#find(undefined);
  }

  /** What the last recording left, if that was before the window was reloaded. */
  get #savedEarlier(): string | undefined {
    return this.recording.model.started ? undefined : existing(this.memory.get(LAST_RESULT));
  }

  #find(file: string | undefined): FlamegraphPanel | undefined {
    return [...this.#panels].find(({ source }) => source.file === file);
  }

  #open(source: PanelSource, column: ViewColumn, preserveFocus: boolean): void {
    if (source.file === undefined) this.#opened = true;
    const known = this.#find(source.file);
    if (known) return known.panel.reveal(undefined, preserveFocus);
    const options = { retainContextWhenHidden: true };
    const showOptions = { viewColumn: column, preserveFocus };
    this.#add(
      window.createWebviewPanel(PANELS.flamegraph, titleOf(source), showOptions, options),
      source,
    );
  }

  #add(panel: WebviewPanel, source: PanelSource, row = ''): void {
    const { engine, assets } = this;
    const beginning = { row, preferences: readPreferences(this.everywhere.get(PREFERENCES_KEY)) };
    const added = new FlamegraphPanel(panel, source, engine, assets, this.#actions, beginning);
    this.#panels.add(added);
    panel.onDidDispose(() => {
      this.#panels.delete(added);
      this.#tellView();
    });
    this.#tellView();
  }

  /** The recording of before the reload was saved when the window went. */
  #revive(panel: WebviewPanel, state: unknown): void {
    const { source, row } = (state ?? {}) as { source?: PanelSource; row?: string };
    const file = existing(source?.file ?? this.memory.get(LAST_RESULT));
    if (file === undefined) return this.#add(panel, source ?? {});
    this.#add(panel, { file }, source?.file === file && typeof row === 'string' ? row : '');
    void this.view.showFile(file);
  }

  /** @param result where the recording that begins will be saved */
  #restart(result: string | undefined): void {
    void this.memory.update(LAST_RESULT, result);
    this.#live?.restart();
    this.#tellView();
  }

  #tick({ seconds, silentSeconds }: Summary): void {
    this.#live?.tick(seconds);
    this.#live?.notice(silentSeconds === undefined ? '' : noDataText(silentSeconds));
  }

  /** What the view shows is narrowed where its own tab is; rows of another tab are not its rows. */
  #tellView(): void {
    const row = this.#find(this.view.file)?.row;
    this.view.narrowed = row;
    void commands.executeCommand('setContext', CONTEXT_KEYS.narrowed, (row ?? '') !== '');
  }

  readonly #actions: PanelActions = {
    reveal: (row, { source }) => {
      if (source.file === this.view.file) void this.view.reveal(row);
    },
    narrow: (row, panel) => {
      panel.narrow(row);
      this.#tellView();
    },
    like: (preferences) =>
      void this.everywhere.update(PREFERENCES_KEY, readPreferences(preferences)),
    copy: (text, what) => void copy(text, what),
    save: (svg, panel) => void save(svg, panel.source),
    goToFunction: (name) => void commands.executeCommand(COMMANDS.goToFunction, { name }),
    openInSpeedscope: ({ source: { file } }) =>
      void commands.executeCommand(
        COMMANDS.openInSpeedscope,
        file === undefined ? undefined : Uri.file(file),
      ),
    openFile: () => void commands.executeCommand(COMMANDS.openFile),
    start: () => void commands.executeCommand(COMMANDS.start),
  };
}

/** What is remembered may be anything, and its file may be gone. */
function existing(file: unknown): string | undefined {
  return typeof file === 'string' && existsSync(file) ? file : undefined;
}

export async function copy(text: string, what: string): Promise<void> {
  await env.clipboard.writeText(text);
  window.setStatusBarMessage(`Stack Count: copied ${what}`, 3_000);
}

async function save(svg: string, { file }: PanelSource): Promise<void> {
  const folder = file === undefined ? undefined : dirname(file);
  const defaultUri = folder === undefined ? undefined : Uri.file(join(folder, 'flamegraph.svg'));
  const target = await window.showSaveDialog({
    title: 'Save Flame Graph',
    filters: { 'SVG picture': ['svg'] },
    ...(defaultUri ? { defaultUri } : {}),
  });
  if (!target) return;
  try {
    replaceFile(target.fsPath, svg);
    window.setStatusBarMessage(`Stack Count: saved ${target.fsPath}`, 5_000);
  } catch (error) {
    announceProblem(describeFileError(error, target.fsPath));
  }
}
