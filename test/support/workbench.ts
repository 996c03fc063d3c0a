/** A window of the real VS Code in a real Chromium, driven as a person would. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { findChromium } from '../../scripts/lib/machine.mjs';
import { REPOSITORY } from '../../scripts/lib/paths.mjs';
import { QuickInput } from './quickInput';
import { TreeView } from './treeView';
import { waitFor } from './waitFor';
import { Dialog, Notifications, StatusBar, Tabs } from './workbenchParts';

const CHROMIUM_FLAGS = [
  // Tests may run as root, where Chromium's own sandbox does not work.
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];
const WINDOW = { width: 1280, height: 900 };
const READY_WITHIN_MS = 60_000;
const ACTION_WITHIN_MS = 15_000;
/** A palette opened before the extensions are known does not learn of them. */
const PALETTE_LOOKS_MS = 2_000;
/** A key that came while VS Code was busy with its start may be lost. */
const KEY_HEARD_WITHIN_MS = 3_000;

const PALETTE_PLACEHOLDER = 'Type the name of a command to run.';

/** What VS Code in the browser complains of by itself, without network and with optional parts left out. */
const NOISE = [
  /Failed to load resource/,
  /Could not locate the bindings file/,
  /build\/Release\/watchdog/,
  /Timed out waiting for authentication provider/,
  // It saves its settings, as with another theme, and does not wait for a busy machine.
  /Aborted onWillSaveTextDocument-event/,
  // Of VS Code's own parts, when a window in a browser is reloaded.
  /\[lifecycle\] Long running operations during shutdown/,
  /IndexedDB database '[\w-]+' is closed/,
  /ERR_NAME_NOT_RESOLVED|ENOTFOUND|ERR_INTERNET_DISCONNECTED/,
];

export class Workbench {
  readonly page: Page;
  readonly quickInput: QuickInput;
  readonly statusBar: StatusBar;
  readonly notifications: Notifications;
  readonly tabs: Tabs;
  readonly dialog: Dialog;
  readonly #errors: string[] = [];

  constructor(page: Page) {
    this.page = page;
    this.quickInput = new QuickInput(page);
    this.statusBar = new StatusBar(page);
    this.notifications = new Notifications(page);
    this.tabs = new Tabs(page);
    this.dialog = new Dialog(page);
    page.on('pageerror', (error) => this.#errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.#errors.push(message.text());
    });
  }

  /** Everything on the console that calls itself an error, also from webviews and the extension. */
  consoleErrors(): string[] {
    return this.#errors.filter((text) => !NOISE.some((noise) => noise.test(text)));
  }

  cspViolations(): string[] {
    return this.#errors.filter((text) => text.includes('Content Security Policy'));
  }

  /** Runs a command by the title the palette shows, category included. */
  async runCommand(title: string): Promise<void> {
    const offered = await waitFor(
      `the palette to offer "${title}"`,
      async () => (await this.#offersNow(title)) && title,
      Boolean,
      { withinMs: 30_000 },
    );
    await this.quickInput.pick(offered || title);
    // The command may ask in the very same box.
    await waitFor(
      'the palette to close',
      async () => (await this.quickInput.isOpen()) && this.quickInput.placeholder(),
      (seen) => seen !== PALETTE_PLACEHOLDER,
    );
  }

  /** Waits until the palette offers it, so that a person could run it, or no longer does. */
  async offersCommand(title: string, offered: boolean): Promise<void> {
    const look = async () => {
      const now = await this.#offersNow(title);
      await this.quickInput.dismiss();
      return now;
    };
    const what = `"${title}" ${offered ? 'offered' : 'not offered'} in the palette`;
    await waitFor(what, look, (now) => now === offered, { withinMs: 30_000 });
  }

  /** Opens a view container, as by its icon. */
  async showContainer(title: string): Promise<void> {
    await this.runCommand(`View: Show ${title}`);
  }

  treeView(title: string): TreeView {
    return new TreeView(this.page, title);
  }

  /** What was copied last. */
  async clipboard(): Promise<string> {
    await this.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    return this.page.evaluate('navigator.clipboard.readText()');
  }

  /** Kept with the artefacts of a test run. */
  async screenshot(name: string): Promise<string> {
    const folder = join(REPOSITORY, 'artifacts', 'screenshots');
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${name.replace(/[^\w.-]+/g, '-')}.png`);
    await this.page.screenshot({ path });
    return path;
  }

  /** As Ctrl-R in the window: the extension host is started anew. */
  async reload(): Promise<void> {
    await this.page.reload({ timeout: READY_WITHIN_MS });
    await this.ready();
  }

  /** As the command: VS Code keeps which editors are open, and starts the extension host anew. */
  async reloadWindow(): Promise<void> {
    const loaded = this.page.waitForEvent('load', { timeout: READY_WITHIN_MS });
    await Promise.all([loaded, this.runCommand('Developer: Reload Window')]);
    await this.ready();
  }

  async ready(): Promise<void> {
    const item = this.page.locator('.monaco-workbench .part.statusbar .statusbar-item').first();
    await item.waitFor({ timeout: READY_WITHIN_MS });
  }

  /** Closes the window. The page is left first, which tells VS Code to end the extension host. */
  async close(): Promise<void> {
    await this.page.goto('about:blank');
    await this.page.close();
  }

  async #offersNow(title: string): Promise<boolean> {
    if (await this.quickInput.isOpen()) await this.quickInput.dismiss();
    await this.page.keyboard.press('F1');
    await this.quickInput.opened(undefined, KEY_HEARD_WITHIN_MS);
    await this.quickInput.type(`>${title}`);
    const labels = async () => (await this.quickInput.items()).map(({ label }) => label);
    const patience = { withinMs: PALETTE_LOOKS_MS };
    const offered = waitFor('the command', labels, (seen) => seen.includes(title), patience);
    return offered.then(
      () => true,
      () => false,
    );
  }
}

const NO_BUS = 'unix:path=/nonexistent';

/** A Chromium; its pages share what it has cached, as the windows of one person do. */
export async function openBrowser(): Promise<{ browser: Browser; context: BrowserContext }> {
  const browser = await chromium.launch({
    executablePath: findChromium() ?? 'chromium',
    args: CHROMIUM_FLAGS,
    // One that has found a bus ends when that bus ends, and other tests start and end their own.
    env: { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: NO_BUS, DBUS_SESSION_BUS_ADDRESS: NO_BUS },
  });
  const context = await browser.newContext({ viewport: WINDOW });
  context.setDefaultTimeout(ACTION_WITHIN_MS);
  // tsx wraps named functions in this, also in what we send into the page.
  await context.addInitScript('globalThis.__name = (each) => each');
  return { browser, context };
}

/** Opens a window on a server: see codeServer.ts. */
export async function openWorkbench(context: BrowserContext, url: string): Promise<Workbench> {
  const page = await context.newPage();
  try {
    const workbench = new Workbench(page);
    await page.goto(url, { timeout: READY_WITHIN_MS });
    await workbench.ready();
    return workbench;
  } catch (error) {
    await page.close();
    throw error;
  }
}
