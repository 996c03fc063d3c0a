/** The smaller parts of a VS Code window: status bar, notifications, tabs, dialogs. */
import type { Locator, Page } from 'playwright-core';
import { waitFor } from './waitFor';

export interface StatusItem {
  /** `<extension id>.<item id>` for those of extensions. */
  readonly id: string;
  /** Icons are not part of it. */
  readonly text: string;
  readonly ariaLabel: string;
}

export interface Notification {
  readonly message: string;
  readonly severity: 'info' | 'warning' | 'error';
  readonly buttons: readonly string[];
}

export interface Tab {
  readonly name: string;
  readonly active: boolean;
}

/** As much of a DOM element as we read. */
interface Element {
  readonly id: string;
  readonly className: string;
  readonly textContent: string | null;
  getAttribute(name: string): string | null;
  querySelector(selector: string): Element | null;
  querySelectorAll(selector: string): Iterable<Element>;
}

export class StatusBar {
  readonly #items: Locator;

  constructor(page: Page) {
    this.#items = page.locator('.part.statusbar .statusbar-item:visible');
  }

  items(): Promise<StatusItem[]> {
    return this.#items.evaluateAll((items: Element[]) =>
      items.map((item) => ({
        id: item.id,
        text: (item.textContent ?? '').trim(),
        ariaLabel: item.getAttribute('aria-label') ?? '',
      })),
    );
  }

  /** Waits for an item whose text matches. */
  async item(text: RegExp, withinMs = 10_000): Promise<StatusItem> {
    const found = (items: StatusItem[]) => items.find((item) => text.test(item.text));
    const patience = { withinMs };
    const items = await waitFor(`a status bar item ${text}`, () => this.items(), found, patience);
    return found(items) as StatusItem;
  }

  async click(text: RegExp): Promise<void> {
    await this.#items.filter({ hasText: text }).locator('a').first().click();
  }
}

export class Notifications {
  readonly #page: Page;
  readonly #items: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.#items = page.locator('.notifications-toasts .notification-list-item');
  }

  /** Those in sight, the newest first. */
  shown(): Promise<Notification[]> {
    return this.#items.evaluateAll((items: Element[]) =>
      items.map((item) => {
        const icon = item.querySelector('.notification-list-item-icon')?.className ?? '';
        const severity = /codicon-(error|warning)/.exec(icon)?.[1] ?? 'info';
        return {
          message: item.querySelector('.notification-list-item-message')?.textContent ?? '',
          severity: severity as 'info' | 'warning' | 'error',
          buttons: [...item.querySelectorAll('.notification-list-item-buttons-container a')].map(
            ({ textContent }) => textContent ?? '',
          ),
        };
      }),
    );
  }

  /** Waits for one whose message matches. */
  async shows(message: RegExp, withinMs = 15_000): Promise<Notification> {
    const found = (all: Notification[]) => all.find((each) => message.test(each.message));
    const patience = { withinMs };
    const all = await waitFor(`a notification ${message}`, () => this.shown(), found, patience);
    return found(all) as Notification;
  }

  async press(message: RegExp, button: string): Promise<void> {
    await this.shows(message);
    const item = this.#withMessage(message);
    await item
      .locator('.notification-list-item-buttons-container')
      .getByText(button, { exact: true })
      .click();
  }

  async close(message: RegExp): Promise<void> {
    const item = this.#withMessage(message);
    await item.hover();
    await item.locator('a.codicon-notifications-clear').click();
    await item.waitFor({ state: 'detached' });
  }

  #withMessage(message: RegExp): Locator {
    const has = this.#page.locator('.notification-list-item-message', { hasText: message });
    return this.#items.filter({ has });
  }
}

/** The open editors. */
export class Tabs {
  readonly #page: Page;
  readonly #tabs: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.#tabs = page.locator('.part.editor .tabs-container .tab');
  }

  all(): Promise<Tab[]> {
    return this.#tabs.evaluateAll((tabs: Element[]) =>
      tabs.map((tab) => ({
        name: tab.getAttribute('data-resource-name') ?? '',
        active: tab.getAttribute('aria-selected') === 'true',
      })),
    );
  }

  async opened(name: string, withinMs = 10_000): Promise<Tab> {
    const found = (tabs: Tab[]) => tabs.find((tab) => tab.name === name);
    const tabs = await waitFor(`a tab ${name}`, () => this.all(), found, { withinMs });
    return found(tabs) as Tab;
  }

  async activate(name: string): Promise<void> {
    await this.#named(name).click();
    await this.#named(name).and(this.#page.locator('[aria-selected="true"]')).waitFor();
  }

  async close(name: string): Promise<void> {
    const tab = this.#named(name);
    await tab.hover();
    await tab.locator('.tab-actions a').click();
    await tab.waitFor({ state: 'detached' });
  }

  #named(name: string): Locator {
    return this.#tabs.filter({ has: this.#page.getByText(name, { exact: true }) });
  }
}

/** A dialog that holds everything up until it is answered. */
export class Dialog {
  readonly #box: Locator;

  constructor(page: Page) {
    this.#box = page.locator('.monaco-dialog-box');
  }

  isOpen(): Promise<boolean> {
    return this.#box.isVisible();
  }

  async text(): Promise<string> {
    return (await this.#box.locator('.dialog-message-container').textContent()) ?? '';
  }

  async press(button: string | RegExp): Promise<void> {
    await this.#box.getByRole('button', { name: button }).click();
    await this.#box.waitFor({ state: 'detached' });
  }
}
