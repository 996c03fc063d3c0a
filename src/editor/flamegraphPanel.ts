/** The flame graph of a file or of the last recording, in an editor tab. */
import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { Uri, ViewColumn, window, type Disposable, type WebviewPanel } from 'vscode';
import type { EngineClient } from './engineClient';
import { announceProblem } from './notifications';

const VIEW_TYPE = 'stackCount.flamegraph';
const PAGE = 'flamegraph.js';
const CLIENT = 'flamegraphClient.js';

export class FlamegraphPanels implements Disposable {
  readonly #panels = new Set<WebviewPanel>();

  /** @param assets folder of the bundled page */
  constructor(
    private readonly engine: EngineClient,
    private readonly assets: Uri,
  ) {}

  /** @param file of stacks; absent: the last recording */
  async show(file?: string): Promise<void> {
    const picture = await this.engine.picture(file);
    if ('problem' in picture) return announceProblem(picture.problem);
    const panel = this.#open(
      file === undefined ? 'Flame Graph' : `${basename(file)} — Flame Graph`,
    );
    // The page speaks first: what is posted before it listens would be lost.
    panel.webview.onDidReceiveMessage(() =>
      panel.webview.postMessage({ type: 'show', svg: picture.svg }),
    );
    panel.webview.html = this.#page(panel);
  }

  dispose(): void {
    for (const panel of this.#panels) panel.dispose();
  }

  #open(title: string): WebviewPanel {
    const options = { enableScripts: true, localResourceRoots: [this.assets] };
    const panel = window.createWebviewPanel(VIEW_TYPE, title, ViewColumn.Active, options);
    this.#panels.add(panel);
    panel.onDidDispose(() => this.#panels.delete(panel));
    return panel;
  }

  /** Everything from the recording comes by message; the page itself holds nothing but ours. */
  #page({ webview }: WebviewPanel): string {
    const nonce = randomBytes(16).toString('base64');
    const file = (name: string): string =>
      webview.asWebviewUri(Uri.joinPath(this.assets, name)).toString();
    const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'`;
    return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Flame Graph</title>
<style nonce="${nonce}">body { margin: 0; padding: 0 } svg { display: block }</style>
</head>
<body>
<script nonce="${nonce}" src="${file(PAGE)}" data-client="${file(CLIENT)}"></script>
</body>
</html>`;
  }
}
