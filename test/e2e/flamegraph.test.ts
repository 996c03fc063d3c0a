/** The live flame graph in the real VS Code, fed by the real bpftrace. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { entries, readLog, sum, type LogEntry } from '../support/cli';
import { Editor } from '../support/editorSession';
import { packagedExtension } from '../support/extensionFolder';
import { FlamegraphTab } from '../support/flamegraphTab';
import { withoutBpftrace, withoutBrowser, withoutCompiler } from '../support/machine';
import { startStackCount } from '../support/startStackCount';
import { tempDir } from '../support/tempDir';
import { waitFor } from '../support/waitFor';
import { startWorkload, type Workload } from '../support/workloads';

const skip = withoutBrowser() || withoutBpftrace() || withoutCompiler();

/** Samples of the log in which a function was anywhere in the stack. */
function totalOf(list: readonly LogEntry[], symbol: string): number {
  return sum(list.filter(({ symbols }) => symbols.includes(symbol)));
}

describe('while recording', { skip }, () => {
  let workload: Workload;
  let editor: Editor;
  before(async () => {
    workload = await startWorkload('known', { seconds: 600, polite: true });
    editor = new Editor({ extension: packagedExtension() });
  });
  after(async () => {
    await editor?.stop();
    await workload?.stop();
  });

  test('opens by itself, keeps the zoom, follows the view, agrees with the log', async (context) => {
    const folder = tempDir('live-graph');
    const settings = { 'workbench.colorTheme': 'Light Modern' };
    await editor.inWindow('live graph', { folder, settings }, async (workbench) => {
      await startStackCount(workbench, workload.pid);
      // Root needs no permission: this is the moment after it.
      const started = performance.now();
      const tab = new FlamegraphTab(workbench.page);
      await tab.drawn(20_000);
      const seconds = (performance.now() - started) / 1000;
      context.diagnostic(`graph ${seconds.toFixed(1)} s after the start; 3 s on a quiet machine`);
      await tab.zoomInto('middle');
      const zoomed = await tab.samples();
      await waitFor(
        'three more ticks',
        () => tab.samples(),
        (count) => count > zoomed + 2 * 99,
        // The program that is recorded gives way to whatever else runs.
        { withinMs: 60_000 },
      );
      assert.match(await tab.breadcrumb(), /middle$/);
      await workbench.screenshot('live flame graph, light');

      const view = workbench.treeView('Processes');
      await view.expand('known');
      const [, thread] = await view.children('known');
      assert.ok(thread);
      const narrowed = tab.content.getByText(`known (${workload.pid}), ${thread.name}`);
      await view.clickUntil(thread.name, narrowed);
      await workbench.runCommand('Stack Count: Stop Stack Count');
      await workbench.notifications.shows(/Stack Count saved/);
      await waitFor('the log', () => existsSync(join(folder, 'stack_count.log')));
      const list = entries(readLog(folder));
      const own = list.filter(({ tid }) => `pid ${tid}` === thread.name);
      await waitFor(
        'only that thread',
        () => tab.samples(),
        (count) => count === sum(own),
      );
      await workbench.runCommand('Stack Count: Show All Processes in the Flame Graph');
      await waitFor(
        'everything again',
        () => tab.samples(),
        (count) => count === sum(list),
      );
      for (const name of ['leaf', 'middle', 'worker_user', 'read_zero']) {
        assert.equal((await tab.numbersOf(name)).total, totalOf(list, name), name);
      }
      await tab.row('leaf').click();
      await tab.content.locator('.graph').press('Enter');
      assert.deepEqual(workbench.cspViolations(), []);
      assert.deepEqual(workbench.consoleErrors(), []);
    });
  });

  test('a frame chosen in the graph is selected in the view; high contrast', async () => {
    const folder = tempDir('live-graph');
    const settings = { 'workbench.colorTheme': 'Default High Contrast' };
    await editor.inWindow('graph to view', { folder, settings }, async (workbench) => {
      await startStackCount(workbench, workload.pid);
      const tab = new FlamegraphTab(workbench.page);
      await tab.drawn(20_000);
      const frame = await tab.walkTo(/· native ·/);
      await tab.press('Enter');
      const view = workbench.treeView('Processes');
      await view.row(({ name, selected }) => selected && frame.startsWith(`${name} `));
      assert.ok((await tab.samples()) > 0);
      await workbench.screenshot('live flame graph, high contrast');
      await workbench.runCommand('Stack Count: Stop Stack Count');
      await workbench.notifications.shows(/Stack Count saved/);
      await workbench.reloadWindow();
      await tab.drawn(20_000);
      const saved = sum(entries(readLog(folder)));
      await waitFor(
        'what was saved',
        () => tab.samples(),
        (count) => count === saved,
      );
      assert.deepEqual(workbench.cspViolations(), []);
      assert.deepEqual(workbench.consoleErrors(), []);
    });
  });
});
