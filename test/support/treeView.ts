/** A tree view in the side bar, read as a person or a screen reader would. */
import type { Locator, Page } from 'playwright-core';
import { chooseInMenu } from './menu';
import { waitFor } from './waitFor';

export interface TreeRow {
  readonly name: string;
  readonly description: string;
  /** What a screen reader says. */
  readonly ariaLabel: string;
  /** 1 for the roots. */
  readonly level: number;
  /** undefined: a leaf. */
  readonly expanded?: boolean;
  readonly selected: boolean;
  /** Name of the codicon, if there is one. */
  readonly icon: string;
}

/** A name, a pattern for it, or any question about a row. */
export type RowMatch = string | RegExp | ((row: TreeRow) => boolean);

/** As much of a DOM element as we read. */
interface Element {
  readonly className: string;
  readonly textContent: string | null;
  getAttribute(name: string): string | null;
  querySelector(selector: string): Element | null;
}

export class TreeView {
  readonly #page: Page;
  readonly #title: string;
  readonly #pane: Locator;
  readonly #rows: Locator;

  constructor(page: Page, title: string) {
    this.#page = page;
    this.#title = title;
    const header = page.locator(`.pane-header[aria-label^="${title} Section"]`);
    this.#pane = page.locator('.pane').filter({ has: header });
    // Not those that stick to the top while the list is scrolled: they are copies.
    this.#rows = this.#pane.locator(
      '.monaco-scrollable-element .monaco-list-rows > .monaco-list-row',
    );
  }

  /** The rows in sight, from the top. */
  rows(): Promise<TreeRow[]> {
    return this.#rows.evaluateAll(readRows);
  }

  /** Waits for such a row. */
  async row(match: RowMatch, withinMs = 15_000): Promise<TreeRow> {
    const what = `a row ${match} in "${this.#title}"`;
    const matches = asPredicate(match);
    const found = (rows: TreeRow[]) => rows.find(matches);
    const rows = await waitFor(what, () => this.rows(), found, { withinMs });
    return found(rows) as TreeRow;
  }

  /** Opens a row, also while the view refreshes and rows change places; gives back its children. */
  async expand(match: RowMatch): Promise<TreeRow[]> {
    await this.#toggleUntil(match, true);
    return this.children(match);
  }

  async collapse(match: RowMatch): Promise<void> {
    await this.#toggleUntil(match, false);
  }

  /** Those in sight of the first row that matches, waiting until there is one. */
  async children(match: RowMatch): Promise<TreeRow[]> {
    const look = async () => childrenOf(await this.rows(), asPredicate(match));
    return waitFor(`children of ${match}`, look, ({ length }) => length > 0);
  }

  /** Selects the row, and opens it if it was closed: VS Code does both on a click. */
  async click(match: RowMatch): Promise<void> {
    await (await this.#locate(match)).locator('.label-name').click();
  }

  /** Again, where a refresh of the view moved the row away in the very moment. */
  async clickUntil(match: RowMatch, effect: Locator): Promise<void> {
    await waitFor(`a click on ${match} to show`, async () => {
      await this.click(match);
      await effect.waitFor({ timeout: 2_000 });
      return true;
    });
  }

  /** What the row says under the pointer; looked at again while the view refreshes. */
  async tooltip(match: RowMatch, expected: RegExp): Promise<string> {
    const hover = this.#page.locator('.workbench-hover');
    const shown = async () => (await hover.allInnerTexts()).join('\n');
    const matches = (text: string) => expected.test(text);
    const look = async () => {
      await this.#page.mouse.move(0, 0);
      await (await this.#locate(match)).locator('.label-name').hover({ timeout: 2_000 });
      // It comes after half a second, unless a refresh of the view begins that anew.
      return waitFor('it to be shown', shown, matches, { withinMs: 1_500 });
    };
    return waitFor(`the tooltip of ${match}`, look, matches, { withinMs: 20_000 });
  }

  /** Presses the button at the right end of a row. */
  async rowAction(match: RowMatch, action: string): Promise<void> {
    const row = await this.#locate(match);
    await row.hover();
    await row.locator(`.actions a[aria-label^="${action}"]`).click();
  }

  async contextMenu(match: RowMatch, item: string): Promise<void> {
    await (await this.#locate(match)).click({ button: 'right' });
    await chooseInMenu(this.#page, item);
  }

  /** Presses a button in the title of the view. */
  async titleAction(action: string): Promise<void> {
    await this.#titleButton(action).click();
  }

  /** Waits for a button in the title of the view: VS Code draws them a moment after what they tell. */
  async titleActionShown(action: string): Promise<void> {
    await this.#titleButton(action).waitFor();
  }

  hasTitleAction(action: string): Promise<boolean> {
    return this.#titleButton(action).isVisible();
  }

  /** What the view says above its rows. */
  async message(): Promise<string> {
    return (
      (await this.#pane.locator('.tree-explorer-viewlet-tree-view > .message').textContent()) ?? ''
    );
  }

  /** What an empty view says. */
  welcome(): Promise<string> {
    return this.#pane.locator('.welcome-view-content').innerText();
  }

  async welcomeButton(name: string): Promise<void> {
    await this.#pane.locator('.welcome-view-content').getByRole('button', { name }).click();
  }

  #titleButton(action: string): Locator {
    // A view alone in its container has its buttons in the title of that.
    const places = this.#page
      .locator('.part.sidebar .title-actions')
      .or(this.#pane.locator('.pane-header'));
    return places.locator(`a.action-label[aria-label^="${action}"]:visible`).first();
  }

  /** Clicks again if the row moved away under the click: the view is live. */
  async #toggleUntil(match: RowMatch, expanded: boolean): Promise<void> {
    const look = async () => {
      const row = await this.row(match);
      if (row.expanded !== expanded)
        await (await this.#locate(match)).locator('.monaco-tl-twistie').click({ timeout: 2_000 });
      return (await this.row(match)).expanded;
    };
    const what = `${match} in "${this.#title}" to be ${expanded ? 'open' : 'closed'}`;
    await waitFor(what, look, (seen) => seen === expanded, { everyMs: 200 });
  }

  /** Found by what it shows, and not by its place, which may change at any moment. */
  async #locate(match: RowMatch): Promise<Locator> {
    const row = await this.row(match);
    const alike = ({ name, level }: TreeRow) => name === row.name && level === row.level;
    const twins = (await this.rows()).filter(alike);
    const name = this.#page.locator('.label-name').getByText(row.name, { exact: true });
    return this.#rows
      .and(this.#page.locator(`[aria-level="${row.level}"]`))
      .filter({ has: name })
      .nth(Math.max(0, twins.findIndex(asPredicate(match))));
  }
}

function asPredicate(match: RowMatch): (row: TreeRow) => boolean {
  if (typeof match === 'function') return match;
  if (typeof match === 'string') return ({ name }) => name === match;
  return ({ name }) => match.test(name);
}

function childrenOf(rows: readonly TreeRow[], matches: (row: TreeRow) => boolean): TreeRow[] {
  const index = rows.findIndex(matches);
  const parent = rows[index];
  if (!parent) return [];
  const after = rows.slice(index + 1);
  const end = after.findIndex(({ level }) => level <= parent.level);
  const below = end < 0 ? after : after.slice(0, end);
  return below.filter(({ level }) => level === parent.level + 1);
}

/** Runs in the page, so it can use nothing from outside itself. */
function readRows(rows: Element[]): TreeRow[] {
  const place = (row: Element) => Number(row.getAttribute('data-index'));
  return [...rows]
    .sort((a, b) => place(a) - place(b))
    .map((row) => {
      const expanded = row.getAttribute('aria-expanded');
      const icon = row.querySelector('.custom-view-tree-node-item-icon')?.className ?? '';
      return {
        name: row.querySelector('.label-name')?.textContent ?? '',
        description: row.querySelector('.label-description')?.textContent ?? '',
        ariaLabel: row.getAttribute('aria-label') ?? '',
        level: Number(row.getAttribute('aria-level')),
        selected: row.getAttribute('aria-selected') === 'true',
        icon: /codicon-(?!colored)([\w-]+)/.exec(icon)?.[1] ?? '',
        ...(expanded === null ? {} : { expanded: expanded === 'true' }),
      };
    });
}
