/** Real windows of VS Code around the bodies of tests; the tests of a file can share one editor. */
import type { Browser, BrowserContext } from 'playwright-core';
import {
  startCodeServer,
  type CodeServer,
  type CodeServerOptions,
  type Settings,
} from './codeServer';
import { openBrowser, openWorkbench, type Workbench } from './workbench';

type Body = (workbench: Workbench, server: CodeServer) => Promise<void>;

/** What each window can have of its own. */
export interface WindowOptions {
  /** Workspace folder; none opens an empty window. */
  readonly folder?: string;
  readonly settings?: Settings;
}

interface Running {
  readonly server: CodeServer;
  readonly browser: Browser;
  readonly context: BrowserContext;
}

/**
 * A VS Code server and a Chromium, started with the first window. To start them takes longer than
 * most tests; each test still has a window, and so an extension host, of its own.
 */
export class Editor {
  #running: Promise<Running> | undefined;

  constructor(readonly options: CodeServerOptions) {}

  /** Opens a window and runs the body. When that fails, the window is kept as a screenshot of that name. */
  async inWindow(name: string, { folder, settings }: WindowOptions, body: Body): Promise<void> {
    this.#running ??= start(this.options);
    const { server, context } = await this.#running;
    server.changeSettings({ ...this.options.settings, ...settings });
    const workbench = await openWorkbench(context, server.urlOf(folder));
    try {
      await body(workbench, server);
    } catch (error) {
      await workbench.screenshot(`failed ${name}`).catch(() => undefined);
      throw error;
    } finally {
      await workbench.close();
    }
  }

  async stop(): Promise<void> {
    const running = await this.#running?.catch(() => undefined);
    if (!running) return;
    await running.browser.close();
    await running.server.stop();
  }
}

async function start(options: CodeServerOptions): Promise<Running> {
  const server = await startCodeServer(options);
  try {
    return { server, ...(await openBrowser()) };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** A window of an editor that is started for it alone. */
export async function inEditor(
  name: string,
  { folder, ...options }: CodeServerOptions & WindowOptions,
  body: Body,
): Promise<void> {
  const editor = new Editor(options);
  try {
    await editor.inWindow(name, { folder }, body);
  } finally {
    await editor.stop();
  }
}
