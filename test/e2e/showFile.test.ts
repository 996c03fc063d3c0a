/** A file of stacks, by its menu in the explorer: its rows in the view, its flame graph in a tab. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { entries, readLog, runCli, sum } from '../support/cli';
import { inEditor } from '../support/editorSession';
import { showFlameGraph } from '../support/explorer';
import { packagedExtension } from '../support/extensionFolder';
import { FlamegraphTab } from '../support/flamegraphTab';
import { withoutBrowser } from '../support/machine';
import { tempDir } from '../support/tempDir';

const CAPTURE = 'test/fixtures/captures/known-0.23.capture';

test('right-click, Show Flame Graph', { skip: withoutBrowser() }, async () => {
  const folder = tempDir('files');
  await runCli(['record', '--replay', CAPTURE, '--format', 'none', '-o', folder]);
  writeFileSync(join(folder, 'broken.bpf'), '@[\nmain\n');
  const settings = { 'workbench.colorTheme': 'Dark Modern' };
  await inEditor(
    'file',
    { extension: packagedExtension(), folder, settings },
    async (workbench) => {
      // Menus of extensions come a little after the window.
      await workbench.showContainer('Stack Count');
      await workbench.showContainer('Explorer');
      await showFlameGraph(workbench, 'stack_count.log');
      await workbench.page.locator('.tab', { hasText: 'stack_count.log — Flame Graph' }).waitFor();
      const tab = new FlamegraphTab(workbench.page);
      await tab.drawn();
      const total = sum(entries(readLog(folder)));
      assert.equal(await tab.samples(), total);

      await workbench.showContainer('Stack Count');
      const view = workbench.treeView('Processes');
      await view.row('known');
      await workbench.page.getByText('Saved stacks of stack_count.log, read-only.').waitFor();
      await tab.zoomInto('worker_user');
      await workbench.screenshot('flame graph of a file');

      await workbench.reloadWindow();
      await tab.drawn();
      assert.match(await tab.breadcrumb(), /worker_user$/);
      assert.equal(await tab.samples(), total);

      await workbench.showContainer('Explorer');
      await showFlameGraph(workbench, 'broken.bpf');
      const { severity } = await workbench.notifications.shows(
        /broken\.bpf cannot be shown as a flame graph: line \d+/,
      );
      assert.equal(severity, 'warning');
      assert.deepEqual(workbench.cspViolations(), []);
      assert.deepEqual(workbench.consoleErrors(), []);
    },
  );
});
