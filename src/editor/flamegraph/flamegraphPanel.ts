/**
 * One flame graph tab: passes data from the engine to its page when the page asks, and what the
 * reader does there to the rest of the extension. It holds nothing of the recording itself.
 */
import { basename } from 'node:path';
import { Uri, type Webview, type WebviewPanel } from 'vscode';
import type { FromPage, PanelSource, ToPage } from '../../messages/panelMessages';
import type { DrawingPreferences } from '../../flamegraph/drawingPreferences';
import type { EngineClient } from '../recording/engineClient';
import { flamegraphPage, type PageFiles } from './flamegraphPage';

/** What a page asks of the editor; the panel it came from is the last argument. */
export interface PanelActions {
  readonly reveal: (row: string, panel: FlamegraphPanel) => void;
  readonly narrow: (row: string, panel: FlamegraphPanel) => void;
  readonly like: (preferences: DrawingPreferences) => void;
  readonly copy: (text: string, what: string) => void;
  readonly save: (svg: string, panel: FlamegraphPanel) => void;
  readonly goToFunction: (name: string) => void;
  readonly openInSpeedscope: (panel: FlamegraphPanel) => void;
  readonly openFile: () => void;
  readonly start: () => void;
}

/** What the page of a tab begins with. */
export interface Beginning {
  /** That a page from before a reload is narrowed to; '' for everything. */
  readonly row: string;
  readonly preferences: DrawingPreferences;
}

export class FlamegraphPanel {
  static #count = 0;
  readonly #id = ++FlamegraphPanel.#count;
  #listening = false;
  /** A tick that came while the tab was hidden. */
  #missed: number | undefined;
  #notice = '';
  #closed = false;

  #row: string;

  /** @param assets folder of the bundled page */
  constructor(
    readonly panel: WebviewPanel,
    readonly source: PanelSource,
    private readonly engine: EngineClient,
    assets: Uri,
    private readonly actions: PanelActions,
    { row, preferences }: Beginning,
  ) {
    this.#row = row;
    panel.title = titleOf(source);
    panel.iconPath = Uri.joinPath(assets, '..', '..', 'media', 'flame.svg');
    panel.webview.options = { enableScripts: true, localResourceRoots: [assets] };
    panel.webview.onDidReceiveMessage((message: FromPage) => void this.#receive(message));
    panel.onDidChangeViewState(() => this.#catchUp());
    panel.onDidDispose(() => {
      this.#closed = true;
      engine.closePanel(this.#id);
    });
    panel.webview.html = flamegraphPage(filesOf(panel.webview, assets), preferences);
  }

  /** Row of the Processes view that it is narrowed to; '' is everything. */
  get row(): string {
    return this.#row;
  }

  /** Another recording has begun, or the file was read anew: all of it, from the start. */
  restart(): void {
    this.#row = '';
    if (!this.#listening) return;
    this.#post({ type: 'source', source: this.source });
    this.#post({ type: 'narrow', row: '' });
  }

  /** A tick was counted; a hidden tab hears of it when it is shown. */
  tick(seconds: number): void {
    if (!this.panel.visible) this.#missed = seconds;
    else if (this.#listening) this.#post({ type: 'tick', seconds });
  }

  /** @param text what the reader has to know of the recording; '' when all is well */
  notice(text: string): void {
    if (text === this.#notice) return;
    this.#notice = text;
    if (this.#listening) this.#post({ type: 'notice', text });
  }

  /** @param row of the Processes view; '' for everything */
  narrow(row: string): void {
    this.#row = row;
    if (this.#listening) this.#post({ type: 'narrow', row });
  }

  #catchUp(): void {
    if (!this.panel.visible || this.#missed === undefined) return;
    const seconds = this.#missed;
    this.#missed = undefined;
    this.tick(seconds);
  }

  async #receive(message: FromPage): Promise<void> {
    switch (message.type) {
      case 'ready':
        return this.#greet();
      case 'pull':
        return this.#feed(message.anew, message.epoch);
      case 'reveal':
        return this.actions.reveal(message.row, this);
      case 'narrow':
        return this.actions.narrow(message.row, this);
      case 'preferences':
        return this.actions.like(message.preferences);
      case 'copy':
        return this.actions.copy(message.text, message.what);
      case 'save':
        return this.actions.save(message.svg, this);
      case 'goToFunction':
        return this.actions.goToFunction(message.name);
      case 'openInSpeedscope':
        return this.actions.openInSpeedscope(this);
      case 'openFile':
        return this.actions.openFile();
      case 'start':
        return this.actions.start();
    }
  }

  #greet(): void {
    this.#listening = true;
    this.#post({ type: 'source', source: this.source });
    if (this.#row !== '') this.#post({ type: 'narrow', row: this.#row });
    if (this.#notice !== '') this.#post({ type: 'notice', text: this.#notice });
  }

  async #feed(anew: boolean, epoch: number): Promise<void> {
    const answer = await this.engine.feed({ panel: this.#id, anew, ...this.source });
    if ('problem' in answer) {
      const { kind, problem: text } = answer;
      return this.#post({ type: 'problem', epoch, kind, text });
    }
    this.#post({ type: 'chunk', epoch, ...answer });
  }

  #post(message: ToPage): void {
    // An answer may come after the tab was closed, and then there is no webview to ask for.
    if (!this.#closed) void this.panel.webview.postMessage(message);
  }
}

export function titleOf({ file }: PanelSource): string {
  return file === undefined ? 'Flame Graph' : `${basename(file)} — Flame Graph`;
}

function filesOf(webview: Webview, assets: Uri): PageFiles {
  const { cspSource } = webview;
  const file = (name: string): string =>
    webview.asWebviewUri(Uri.joinPath(assets, name)).toString();
  return { cspSource, script: file('flamegraph.js'), style: file('flamegraph.css') };
}
