/** Open in speedscope: a tab for the recording, and one for each file. */
import {
  Uri,
  ViewColumn,
  window,
  type Disposable,
  type WebviewPanel,
  type WebviewPanelSerializer,
} from 'vscode';
import { PANELS } from '../contributions';
import type { EngineClient } from '../recording/engineClient';
import type { Snapshots } from './snapshots';
import type { SpeedscopeState } from '../../messages/speedscopeMessages';
import { speedscopePage } from './speedscopePage';
import { SpeedscopeTab, takeSnapshot, type SpeedscopeSource } from './speedscopeTab';

export class SpeedscopePanels implements WebviewPanelSerializer<SpeedscopeState>, Disposable {
  readonly #tabs = new Set<SpeedscopeTab>();
  /** Files whose tab is being made; '' is the recording. */
  readonly #opening = new Set<string>();
  readonly #registration = window.registerWebviewPanelSerializer(PANELS.speedscope, this);

  /** @param dist of the built extension */
  constructor(
    private readonly engine: EngineClient,
    private readonly snapshots: Snapshots,
    private readonly dist: Uri,
  ) {}

  /** @param file of stacks; absent: the running or the last recording */
  async open(file?: string): Promise<void> {
    const source = file === undefined ? {} : { file };
    const open = [...this.#tabs].find((tab) => tab.source.file === file);
    open?.panel.reveal();
    if (open) return open.refresh();
    const key = file ?? '';
    if (this.#opening.has(key)) return;
    this.#opening.add(key);
    try {
      await this.#openNew(source);
    } finally {
      this.#opening.delete(key);
    }
  }

  async #openNew(source: SpeedscopeSource): Promise<void> {
    const state = await takeSnapshot(this.engine, this.snapshots, source);
    if (!state) return;
    // speedscope cannot say where the reader is in it: the page lives on while it is hidden.
    const options = { enableScripts: true, retainContextWhenHidden: true };
    const { speedscope } = PANELS;
    const panel = window.createWebviewPanel(speedscope, state.title, ViewColumn.Active, options);
    this.#adopt(panel, source).show(state);
  }

  /** The tab in front. */
  async refresh(): Promise<void> {
    await [...this.#tabs].find(({ panel }) => panel.active)?.refresh();
  }

  /** After the window was reloaded. */
  async deserializeWebviewPanel(panel: WebviewPanel, state?: SpeedscopeState): Promise<void> {
    const source = state?.file === undefined ? {} : { file: state.file };
    let closed = false;
    panel.onDidDispose(() => (closed = true));
    const shown = await this.#restored(source, state);
    if (closed) return this.snapshots.release(shown && this.snapshots.find(shown.snapshot));
    const tab = this.#adopt(panel, source);
    if (shown) tab.show(shown);
  }

  /** Tabs stay: VS Code brings them back with the window. */
  dispose(): void {
    this.#registration.dispose();
    this.snapshots.dispose();
  }

  /** The engine ended with the window, so of a recording there is only what was shown. */
  async #restored(
    source: SpeedscopeSource,
    state: SpeedscopeState | undefined,
  ): Promise<SpeedscopeState | undefined> {
    if (state && this.snapshots.find(state.snapshot) !== undefined) return state;
    if (source.file === undefined) return undefined;
    return takeSnapshot(this.engine, this.snapshots, source);
  }

  #adopt(panel: WebviewPanel, source: SpeedscopeSource): SpeedscopeTab {
    const tab = new SpeedscopeTab(panel, source, this.engine, this.snapshots);
    this.#tabs.add(tab);
    panel.onDidDispose(() => this.#tabs.delete(tab));
    const localResourceRoots = [this.dist, Uri.file(this.snapshots.folder)];
    panel.webview.options = { enableScripts: true, localResourceRoots };
    panel.webview.html = speedscopePage(panel.webview, this.dist);
    return tab;
  }
}
