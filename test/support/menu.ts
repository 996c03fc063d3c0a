/** A context menu of VS Code that has just been asked for. */
import type { Page } from 'playwright-core';
import { waitFor } from './waitFor';

export async function chooseInMenu(page: Page, item: string): Promise<void> {
  const entry = page.getByRole('menuitem', { name: item });
  await entry.waitFor();
  // A menu takes no click in its first moments, lest the one that opened it chooses something.
  await waitFor('the menu to take the click', async () => {
    await entry.click({ timeout: 1_000 }).catch(() => undefined);
    return entry.isHidden();
  });
}
