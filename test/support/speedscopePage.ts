/** The speedscope tab in front, as a person sees and uses it. */
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { waitFor } from './waitFor';

export class SpeedscopePage {
  readonly #page: Page;
  readonly frame: FrameLocator;

  constructor(page: Page) {
    this.#page = page;
    this.frame = page.frameLocator('iframe.webview:visible').frameLocator('iframe');
  }

  /** Waits until the active tab is called so, and gives its whole name back. */
  title(name: RegExp): Promise<string> {
    const label = this.#page.locator('.part.editor .tab[aria-selected=true] .label-name');
    const look = async () => (await label.textContent()) ?? '';
    return waitFor(`a tab ${name}`, look, (seen) => name.test(seen));
  }

  /** Presses a button in the title of the tab. */
  async titleAction(name: string): Promise<void> {
    await this.#page.locator(`.editor-actions a.action-label[aria-label^="${name}"]`).click();
  }

  /** Waits until it has read its profiles; before, it takes no keys. */
  async loaded(): Promise<void> {
    await this.frame.getByText('Time Order').waitFor();
  }

  /** The name of the profile that is looked at, once there is one. */
  async profile(): Promise<string> {
    const name = this.#place.locator('..');
    const look = async () => (await name.textContent({ timeout: 1_000 })) ?? '';
    const text = await waitFor('a profile', look, Boolean, { withinMs: 30_000 });
    return text.replace(/ \(\d+\/\d+\)$/, '');
  }

  /** Samples by the name of the profile: all processes, and each. */
  async totals(): Promise<Map<string, number>> {
    const rows = this.frame.locator('tr[title]:has(td:nth-child(3):last-child)');
    const cells = await rows.evaluateAll(
      (list: { title: string; lastElementChild: { textContent: string } }[]) =>
        list.map(({ title, lastElementChild }) => [title, lastElementChild.textContent] as const),
    );
    return new Map(cells.map(([title, total]) => [title, Number(total.replaceAll(',', ''))]));
  }

  /** The box that Ctrl+F opens. */
  get searchBox(): Locator {
    return this.frame.locator('input[type=text], input:not([type])').last();
  }

  async press(key: string): Promise<void> {
    await this.frame.locator('body').press(key);
  }

  /** The colour of the text, which goes with the theme. */
  colour(): Promise<string> {
    const root = this.frame.locator('body > div').first();
    return root.evaluate((each: unknown) => {
      const { getComputedStyle } = globalThis as unknown as {
        getComputedStyle(element: unknown): { color: string };
      };
      return getComputedStyle(each).color;
    });
  }

  /** `(2/14)`, in the toolbar. */
  get #place(): Locator {
    return this.frame
      .locator('span > span')
      .filter({ hasText: /^\(\d+\/\d+\)$/ })
      .first();
  }
}
