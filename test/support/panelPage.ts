/**
 * The page of the flame graph tab in Chromium, under its own policy, with the test in the place of
 * VS Code and of the engine: fast, and with any data.
 */
import type { BrowserContext, Page } from 'playwright-core';
import type { Profile } from '../../src/core/profile';
import { StackFeed } from '../../src/core/stackFeed';
import type { FromPage, PanelInfo, ToPage } from '../../src/messages/panelMessages';
import { fakeApi, THEMES, type ThemeClass } from './fakeVsCode';
import { PanelServer } from './panelServer';

export interface PanelOptions {
  readonly theme?: ThemeClass;
  /** What the page has kept from before a reload. */
  readonly state?: unknown;
  readonly preferences?: unknown;
}

export class PanelPage {
  readonly posted: FromPage[] = [];
  readonly errors: string[] = [];
  feed: StackFeed | undefined;
  info: PanelInfo = { picture: { what: 'test' }, seconds: 0, recording: true };
  /** Pulls are answered by `feed`; a test may hold them back. */
  answering = true;

  private constructor(
    readonly page: Page,
    private readonly server: PanelServer,
  ) {
    page.on('pageerror', (error) => this.errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(message.text());
    });
  }

  static async open(
    context: BrowserContext,
    profile: Profile | undefined,
    { theme = 'vscode-dark', state, preferences }: PanelOptions = {},
  ) {
    const server = await PanelServer.start({ preferences });
    const page = await context.newPage();
    const opened = new PanelPage(page, server);
    if (profile) opened.feed = new StackFeed(profile);
    await page.exposeFunction('posted', (message: FromPage) => opened.#receive(message));
    await page.addInitScript(fakeApi, { theme, colours: THEMES[theme], state });
    await page.goto(server.address);
    return opened;
  }

  async send(message: ToPage): Promise<void> {
    // As one text: Playwright takes seconds to wrap each value of many stacks.
    await this.page.evaluate((text: string) => {
      const target = globalThis as unknown as { dispatchEvent(event: unknown): void };
      target.dispatchEvent(new MessageEvent('message', { data: JSON.parse(text) as ToPage }));
    }, JSON.stringify(message));
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
    await this.page.close();
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
