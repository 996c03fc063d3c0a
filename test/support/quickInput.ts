/** The box at the top of VS Code that asks: the palette, pick lists, and input lines. */
import type { Locator, Page } from 'playwright-core';
import { waitFor } from './waitFor';

export interface QuickItem {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  /** Text of the group that begins with this item; empty if none does. */
  readonly separator: string;
  /** Only where several can be picked. */
  readonly checked?: boolean;
}

/** As much of a DOM element as we read. */
interface Row {
  getAttribute(name: string): string | null;
  querySelector(selector: string): { textContent: string | null } | null;
}

export class QuickInput {
  readonly #page: Page;
  readonly #widget: Locator;
  readonly #input: Locator;
  readonly #rows: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.#widget = page.locator('.quick-input-widget');
    this.#input = this.#widget.locator('.quick-input-filter input');
    this.#rows = this.#widget.locator('.quick-input-list .monaco-list-rows > .monaco-list-row');
  }

  /** Waits until the box is there; with a title, until it is the one with that title. */
  async opened(title?: string | RegExp, withinMs?: number): Promise<this> {
    await this.#input.waitFor({ state: 'visible', timeout: withinMs });
    if (title !== undefined)
      await this.#widget.locator('.quick-input-title', { hasText: title }).waitFor();
    return this;
  }

  closed(): Promise<void> {
    return this.#widget.waitFor({ state: 'hidden' });
  }

  isOpen(): Promise<boolean> {
    return this.#widget.isVisible();
  }

  async title(): Promise<string> {
    return (await this.#widget.locator('.quick-input-title').textContent()) ?? '';
  }

  async placeholder(): Promise<string> {
    return (await this.#input.getAttribute('placeholder')) ?? '';
  }

  /** What the box says below its line: a prompt, or what is wrong with the input. */
  async message(): Promise<string> {
    return (await this.#widget.locator('.quick-input-message').textContent()) ?? '';
  }

  /** Replaces the text in the line; in a pick list that is the filter. */
  async type(text: string): Promise<void> {
    await this.#input.fill(text);
  }

  value(): Promise<string> {
    return this.#input.inputValue();
  }

  /** The items in sight; a long list shows more when it is filtered. */
  items(): Promise<QuickItem[]> {
    return this.#rows.evaluateAll((rows: Row[]) =>
      rows
        .sort((a, b) => Number(a.getAttribute('data-index')) - Number(b.getAttribute('data-index')))
        .map((row) => {
          const text = (selector: string) => row.querySelector(selector)?.textContent ?? '';
          const checked = row.getAttribute('aria-checked');
          return {
            label: text('.label-name'),
            description: text('.label-description'),
            detail: text('.quick-input-list-label-meta .label-name'),
            separator: text('.quick-input-list-separator:not([style*="none"])'),
            ...(checked === null ? {} : { checked: checked === 'true' }),
          };
        }),
    );
  }

  /** The first, once there is one: the box is there a moment before what it offers. */
  async firstItem(): Promise<QuickItem> {
    const [first] = await waitFor(
      'an item',
      () => this.items(),
      ({ length }) => length > 0,
    );
    return first as QuickItem;
  }

  /** Waits for an item and takes it, which ends a single pick. */
  async pick(label: string | RegExp, withinMs = 10_000): Promise<void> {
    await (await this.#row(label, withinMs)).click();
  }

  /**
   * As pick(), for a box that follows another in the same place: a click may hit a row that has just
   * moved, and what is typed into the last box is gone with it, so it is typed until it has an effect.
   */
  async choose(words: string): Promise<void> {
    const left = async () => {
      await this.type(words);
      return (await this.items()).map(({ label }) => label);
    };
    const alone = (labels: string[]) => labels.length === 1 && labels[0]?.includes(words);
    await waitFor(`"${words}" alone`, left, alone);
    await this.accept();
  }

  /** Ticks items of a list that takes several; accept() ends it. */
  async check(...labels: readonly (string | RegExp)[]): Promise<void> {
    for (const label of labels)
      await (await this.#row(label, 10_000)).locator('.monaco-checkbox').click();
  }

  /** Takes what is typed or ticked. */
  async accept(): Promise<void> {
    await this.#input.press('Enter');
  }

  async dismiss(): Promise<void> {
    await this.#page.keyboard.press('Escape');
    await this.closed();
  }

  async #row(label: string | RegExp, withinMs: number): Promise<Locator> {
    const matches = (text: string) =>
      typeof label === 'string' ? text === label : label.test(text);
    const look = async () => (await this.items()).map((item) => item.label);
    const found = (labels: string[]) => labels.some(matches);
    const labels = await waitFor(`an item ${label}`, look, found, { withinMs });
    return this.#rows.and(this.#page.locator(`[data-index="${labels.findIndex(matches)}"]`));
  }
}
