/** A file of stacks, by its menu in the explorer, as a flame graph: drawn, zoomed, in the theme. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCli } from '../support/cli';
import { inEditor } from '../support/editorSession';
import { packagedExtension } from '../support/extensionFolder';
import { withoutBrowser } from '../support/machine';
import { tempDir } from '../support/tempDir';
import { waitFor } from '../support/waitFor';
import type { Workbench } from '../support/workbench';

const CAPTURE = 'test/fixtures/captures/known-0.23.capture';

async function showFlameGraph({ page }: Workbench, file: string): Promise<void> {
  const row = page.locator('.explorer-folders-view .monaco-list-row', { hasText: file });
  await row.click({ button: 'right' });
  const item = page.getByRole('menuitem', { name: 'Show Flame Graph' });
  await item.waitFor();
  // A menu takes no click in its first moments, lest the one that opened it chooses something.
  await waitFor('the menu to take the click', async () => {
    await item.click({ timeout: 1_000 }).catch(() => undefined);
    return item.isHidden();
  });
}

test('right-click, Show Flame Graph', { skip: withoutBrowser() }, async () => {
  const folder = tempDir('files');
  await runCli(['record', '--replay', CAPTURE, '--format', 'none', '-o', folder]);
  writeFileSync(join(folder, 'broken.bpf'), '@[\nmain\n');
  const settings = { 'workbench.colorTheme': 'Default Dark Modern' };
  await inEditor(
    'file',
    { extension: packagedExtension(), folder, settings },
    async (workbench) => {
      // Menus of extensions come a little after the window.
      await workbench.showContainer('Stack Count');
      await workbench.showContainer('Explorer');
      await showFlameGraph(workbench, 'stack_count.log');
      const tab = workbench.page.locator('.tab', { hasText: 'stack_count.log — Flame Graph' });
      await tab.waitFor();
      const frame = workbench.page.frameLocator('iframe.webview').frameLocator('iframe');
      const name = frame.locator('#names text', { hasText: /^worker_user$/ });
      await name.waitFor();
      const before = (await name.boundingBox())?.x ?? 0;
      await frame.getByRole('treeitem', { name: /^worker_user / }).click();
      await frame.locator('#path', { hasText: 'worker_user' }).waitFor();
      assert.ok(((await name.boundingBox())?.x ?? 0) <= before);
      await workbench.screenshot('flame graph of a file');

      await showFlameGraph(workbench, 'broken.bpf');
      const { severity } = await workbench.notifications.shows(
        /broken\.bpf can not be shown as a flame graph: line \d+/,
      );
      assert.equal(severity, 'warning');
      assert.deepEqual(workbench.cspViolations(), []);
      assert.deepEqual(workbench.consoleErrors(), []);
    },
  );
});
