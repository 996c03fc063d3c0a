/** The flame graph tab inside VS Code, used as a reader does. */
import type { FrameLocator, Page } from 'playwright-core';
import { waitFor } from './waitFor';

export class FlamegraphTab {
  readonly content: FrameLocator;

  /** @param number of the webview, where several are open */
  constructor(
    private readonly page: Page,
    number = 0,
  ) {
    this.content = page.frameLocator('iframe.webview >> nth=' + number).frameLocator('iframe');
  }

  /** `demo · native · 12 samples, 3.1% · self 12, 3.1%`, of what the keyboard is on. */
  details(): Promise<string> {
    return this.content.locator('.details').innerText();
  }

  breadcrumb(): Promise<string> {
    return this.content.locator('.breadcrumb').innerText();
  }

  /** Samples in view. */
  async samples(): Promise<number> {
    const text = await this.content.locator('header').innerText();
    return Number(/([\d,]+) samples?/.exec(text)?.[1]?.replaceAll(',', '') ?? NaN);
  }

  /** Waits until something is drawn. */
  async drawn(withinMs = 15_000): Promise<void> {
    await this.content.locator('body[data-drawn]').waitFor({ timeout: withinMs });
    await waitFor(
      'samples in the graph',
      () => this.samples(),
      (count) => count > 0,
    );
  }

  /** With the keyboard, from the root along the heaviest; @returns the details of what matches */
  async walkTo(wanted: RegExp): Promise<string> {
    await this.press('Home');
    const seen: string[] = [];
    for (let steps = 0; steps < 40; steps++) {
      const details = await this.details();
      if (wanted.test(details)) return details;
      seen.push(details);
      await this.press('ArrowDown');
    }
    throw new Error(`${wanted} was not on the way down: ${seen.join(' | ')}`);
  }

  async press(key: string): Promise<void> {
    await this.content.locator('.graph').press(key);
  }

  /** Finds a function by the table and zooms into it. */
  async zoomInto(name: string): Promise<void> {
    await this.openTable();
    const row = this.row(name);
    await row.click();
    await this.content.locator('.functions').press('Enter');
    await this.content.locator('.breadcrumb [aria-current]', { hasText: name }).waitFor();
  }

  async openTable(): Promise<void> {
    const table = this.content.locator('.functions');
    if (!(await table.isVisible())) await this.press('t');
    await table.locator('.body .row').first().waitFor();
    // Only rows in sight exist: what ran most comes first.
    const header = table.getByRole('columnheader', { name: 'Total' });
    if ((await header.getAttribute('aria-sort')) !== 'descending') {
      await header.getByRole('button').click();
    }
  }

  row(name: string) {
    const cell = this.page.locator('.name', { hasText: new RegExp(`^${name}$`) });
    return this.content.locator('.functions .body .row').filter({ has: cell }).first();
  }

  /** Self and total samples of a function, by the table. */
  async numbersOf(name: string): Promise<{ self: number; total: number }> {
    await this.openTable();
    const [self, total] = await this.row(name).locator('.number').allInnerTexts();
    const number = (text = ''): number => Number(text.replaceAll(',', ''));
    return { self: number(self), total: number(total) };
  }
}
