/** The files of the workspace, and the menu of one. */
import { chooseInMenu } from './menu';
import type { Workbench } from './workbench';

export async function showFlameGraph(workbench: Workbench, file: string): Promise<void> {
  await explorerMenu(workbench, file, 'Show Flame Graph');
}

/** Right-click on a file of the workspace folder, and an item of the menu. */
export async function explorerMenu({ page }: Workbench, file: string, item: string): Promise<void> {
  const row = page.locator('.explorer-folders-view .monaco-list-row', { hasText: file });
  await row.first().click({ button: 'right' });
  await chooseInMenu(page, item);
}
