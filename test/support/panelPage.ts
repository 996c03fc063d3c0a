/**
 * The page of the flame graph tab in a Chromium of its own, under its own policy, with the test in
 * the place of VS Code and of the engine: fast, and with any data.
 */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { REPOSITORY } from '../../scripts/lib/paths.mjs';
import type { Profile } from '../../src/core/profile';
import { StackFeed } from '../../src/core/stackFeed';
import { flamegraphPage } from '../../src/editor/flamegraph/flamegraphPage';
import type { FromPage, PanelInfo, ToPage } from '../../src/messages/panelMessages';
import { readTaste } from '../../src/flamegraph/taste';
import { openBrowser } from './workbench';

/** As VS Code sets them on the body and the root of a webview. */
export const THEMES = {
  'vscode-light': { foreground: '#3b3b3b', background: '#ffffff', muted: '#3b3b3b', field: '#fff' },
  'vscode-dark': {
    foreground: '#cccccc',
    background: '#1f1f1f',
    muted: '#9d9d9d',
    field: '#313131',
  },
  'vscode-high-contrast': { foreground: '#fff', background: '#000', muted: '#fff', field: '#000' },
} as const;
export type ThemeClass = keyof typeof THEMES;

const TYPES: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css' };

export class PanelPage {
  readonly posted: FromPage[] = [];
  readonly errors: string[] = [];
  feed: StackFeed | undefined;
  info: PanelInfo = { picture: { what: 'test' }, seconds: 0, recording: true };
  /** Pulls are answered by `feed`; a test may hold them back. */
  answering = true;

  private constructor(
    readonly page: Page,
    private readonly browser: Browser,
    private readonly server: Server,
  ) {
    page.on('pageerror', (error) => this.errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(message.text());
    });
  }

  static async open(
    profile: Profile | undefined,
    theme: ThemeClass = 'vscode-dark',
    state?: unknown,
    taste?: unknown,
  ) {
    const server = createServer(({ url = '/' }, response) => {
      const name = url.slice(1);
      const type = TYPES[name.split('.').at(-1) ?? ''];
      response.setHeader('content-type', type ?? 'text/html');
      response.end(type ? readFileSync(join(REPOSITORY, 'dist/webview', name)) : html(taste));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { browser, page } = await openBrowser();
    const opened = new PanelPage(page, browser, server);
    if (profile) opened.feed = new StackFeed(profile);
    await page.exposeFunction('posted', (message: FromPage) => opened.#receive(message));
    await page.addInitScript(fakeApi, { theme, colours: THEMES[theme], state });
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return opened;
  }

  async send(message: ToPage): Promise<void> {
    await this.page.evaluate((data: ToPage) => {
      const target = globalThis as unknown as { dispatchEvent(event: unknown): void };
      target.dispatchEvent(new MessageEvent('message', { data }));
    }, message);
  }

  /** The recording has gone on; resolves when the page has drawn that. */
  async tick(seconds: number): Promise<void> {
    this.info = { ...this.info, seconds };
    await this.send({ type: 'tick', seconds });
    await this.drawn(seconds);
  }

  /** Data come through the debugger's channel, which is slow: very many stacks take their time. */
  async drawn(seconds: number): Promise<void> {
    await this.page.locator(`body[data-drawn="${seconds}"]`).waitFor({ timeout: 60_000 });
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.server.closeAllConnections();
    this.server.close();
  }

  async #receive(message: FromPage): Promise<void> {
    this.posted.push(message);
    if (message.type === 'ready') await this.send({ type: 'source', source: {} });
    if (message.type !== 'pull' || !this.answering || !this.feed) return;
    const { epoch, anew } = message;
    if (anew) this.feed = new StackFeed(this.feed.profile);
    const chunk = this.feed.next();
    await this.send({ type: 'chunk', epoch, chunk, first: anew, info: this.info });
  }
}

function html(taste: unknown): string {
  const origin = "'self'";
  const files = { cspSource: origin, script: '/flamegraph.js', style: '/flamegraph.css' };
  return flamegraphPage(files, readTaste(taste));
}

interface Fake {
  readonly theme: ThemeClass;
  readonly colours: (typeof THEMES)[ThemeClass];
  readonly state: unknown;
}

/** What VS Code puts into a webview: its API, the classes and the variables of the theme. */
function fakeApi({ theme, colours, state }: Fake): void {
  interface Style {
    setProperty(name: string, value: string): void;
  }
  const scope = globalThis as unknown as {
    posted(message: unknown): void;
    acquireVsCodeApi: unknown;
    document: {
      body: { className: string } | null;
      documentElement: { style: Style };
      addEventListener(name: string, run: () => void): void;
    };
    MutationObserver: new (run: () => void) => { observe(target: unknown, what: object): void };
  };
  let kept: unknown = state;
  scope.acquireVsCodeApi = () => ({
    postMessage: (message: unknown) => scope.posted(message),
    getState: () => kept,
    setState: (next: unknown) => (kept = next),
  });
  const { document } = scope;
  const variables: Record<string, string> = {
    '--vscode-foreground': colours.foreground,
    '--vscode-editor-background': colours.background,
    '--vscode-descriptionForeground': colours.muted,
    '--vscode-font-family': 'sans-serif',
    '--vscode-font-size': '13px',
    '--vscode-editor-font-family': 'monospace',
    '--vscode-focusBorder': '#0078d4',
    '--vscode-dropdown-foreground': colours.foreground,
    '--vscode-dropdown-background': colours.field,
    '--vscode-input-foreground': colours.foreground,
    '--vscode-input-background': colours.field,
    '--vscode-button-foreground': '#ffffff',
    '--vscode-button-background': theme === 'vscode-high-contrast' ? '#000' : '#005fb8',
    '--vscode-button-secondaryForeground': colours.foreground,
    '--vscode-button-secondaryBackground': colours.field,
    '--vscode-textLink-foreground': theme === 'vscode-light' ? '#005fb8' : '#4daafc',
  };
  const dress = (): void => {
    if (!document.body || document.body.className === theme) return;
    document.body.className = theme;
    for (const [name, value] of Object.entries(variables)) {
      document.documentElement.style.setProperty(name, value);
    }
  };
  new scope.MutationObserver(dress).observe(document, { childList: true, subtree: true });
}
