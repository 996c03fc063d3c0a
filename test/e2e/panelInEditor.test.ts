/** What only the real editor can show of the flame graph tab: its menus, its tabs, its windows. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { entries, readLog, sum } from '../support/cli';
import { Editor } from '../support/editorSession';
import { packagedExtension, writtenExtension } from '../support/extensionFolder';
import { FlamegraphTab } from '../support/flamegraphTab';
import { withoutBpftrace, withoutBrowser, withoutCompiler } from '../support/machine';
import { chooseInMenu } from '../support/menu';
import { startStackCount } from '../support/startStackCount';
import { tempDir } from '../support/tempDir';
import { waitFor } from '../support/waitFor';
import { openWorkbench, type Workbench } from '../support/workbench';
import { startWorkload, type Workload } from '../support/workloads';

const skip = withoutBrowser() || withoutBpftrace() || withoutCompiler();
const TAB = 'Flame Graph';
const SHOW = 'Stack Count: Show Flame Graph';
const SHOW_ALL = 'Stack Count: Show All Processes in the Flame Graph';
const STOP = 'Stack Count: Stop Stack Count';
/** In the title of the view while a graph is narrowed. */
const WIDEN = 'Show All Processes in the Flame Graph';

/** As an extension for a language: knows where the functions of the known program are. */
function symbolProvider(): string {
  const description = {
    ...{ name: 'symbols', publisher: 'test', version: '0.0.1', main: './main.js' },
    ...{ engines: { vscode: '^1.100.0' }, activationEvents: ['onStartupFinished'] },
  };
  const main = `
    const { languages, workspace, Uri, Range, Location, SymbolInformation, SymbolKind } = require('vscode');
    exports.activate = () => languages.registerWorkspaceSymbolProvider({
      provideWorkspaceSymbols: () => {
        const file = Uri.joinPath(workspace.workspaceFolders[0].uri, 'known.c');
        const at = (name, line) => new SymbolInformation(
          name, SymbolKind.Function, '', new Location(file, new Range(line, 0, line, 4)));
        return [at('leaf(void)', 2), at('leaflet(void)', 0)];
      },
    });`;
  return writtenExtension({ 'package.json': JSON.stringify(description), 'main.js': main });
}

/** The program that is recorded gives way to whatever else runs. */
const POLITE = { withinMs: 60_000 };

function more(what: string, tab: FlamegraphTab, than: number): Promise<number> {
  return waitFor(
    what,
    () => tab.samples(),
    (count) => count > than,
    POLITE,
  );
}

async function stop(workbench: Workbench): Promise<void> {
  await workbench.runCommand(STOP);
  await workbench.notifications.shows(/Stack Count saved/);
}

describe('while recording', { skip }, () => {
  let workload: Workload;
  let editor: Editor;
  before(async () => {
    workload = await startWorkload('known', { seconds: 600, polite: true });
    editor = new Editor({ extension: packagedExtension(), more: [symbolProvider()] });
  });
  after(async () => {
    await editor?.stop();
    await workload?.stop();
  });

  test('looked up, copied, narrowed again, hidden, killed, opened again, and after a reload', async () => {
    const folder = tempDir('graph-tab');
    writeFileSync(join(folder, 'known.c'), 'leaflet\n\nleaf\n');
    const settings = { 'stackCount.openFlameGraph': false };
    await editor.inWindow('graph tab', { folder, settings }, async (workbench) => {
      await startStackCount(workbench, workload.pid);
      const view = workbench.treeView('Processes');
      await view.row('known', 20_000);
      assert.deepEqual(await workbench.tabs.all(), [], 'a setting keeps it from opening by itself');
      await workbench.runCommand(SHOW);
      const tab = new FlamegraphTab(workbench.page);
      await tab.drawn();

      const narrowed = tab.content.getByText(`known (${workload.pid})`, { exact: true });
      await view.click('known');
      await narrowed.waitFor();
      await workbench.runCommand(SHOW_ALL);
      await narrowed.waitFor({ state: 'detached' });
      await waitFor('a click on the same row to narrow again', async () => {
        await view.click('known');
        return narrowed.isVisible();
      });

      await view.expand('known');
      const thread = `pid ${workload.pid}`;
      await view.clickUntil(thread, tab.content.getByText(`known (${workload.pid}), ${thread}`));
      await tab.walkTo(/^leaf /);
      await tab.press('ContextMenu');
      await chooseInMenu(workbench.page, 'Copy Function Name');
      await waitFor(
        'the name to be copied',
        () => workbench.clipboard(),
        (text) => text === 'leaf',
      );
      await tab.press('ContextMenu');
      await chooseInMenu(workbench.page, 'Copy Stack as Folded Text');
      await waitFor(
        'the stack to be copied',
        () => workbench.clipboard(),
        (text) => /;worker_user;outer;middle;leaf \d+$/.test(text),
      );

      const before = await tab.samples();
      await tab.press('Control+Enter');
      await workbench.tabs.opened('known.c');
      await workbench.statusBar.item(/^Ln 3, Col 1/);
      // Hidden now, and not fed.
      const row = await view.row('known');
      await waitFor(
        'three more ticks',
        () => view.row('known'),
        ({ description }) => samplesIn(description) > samplesIn(row.description) + 2 * 99,
        POLITE,
      );
      await workbench.tabs.activate(TAB);
      await more('what came while it was hidden', tab, before + 2 * 99);

      await workbench.runCommand('Developer: Reload Webviews');
      await more('the same in a page that was killed', tab, before + 2 * 99);
      assert.match(await tab.breadcrumb(), new RegExp(`pid ${workload.pid}`));

      await tab.press('i');
      await tab.content.getByRole('button', { name: 'Icicle' }).waitFor();
      await workbench.tabs.close(TAB);
      await workbench.runCommand(SHOW);
      await more('all of it in a new tab', tab, before + 2 * 99);
      await tab.content.getByRole('button', { name: 'Icicle' }).waitFor();

      await workbench.tabs.activate('known.c');
      await view.click('known');
      await workbench.runCommand(SHOW_ALL);
      await waitFor(
        'all of it',
        () => view.hasTitleAction(WIDEN),
        (shown) => !shown,
      );
      await waitFor('a click on the same row to narrow a tab that is hidden', async () => {
        await view.click('known');
        return view.hasTitleAction(WIDEN);
      });
      const tabs = await workbench.tabs.all();
      assert.equal(tabs.find(({ active }) => active)?.name, 'known.c', 'tabs stay where they are');
      await workbench.tabs.activate(TAB);
      await narrowed.waitFor();
      await stop(workbench);
      const all = sum(entries(readLog(folder)));
      await waitFor(
        'the last tick',
        () => tab.samples(),
        (count) => count === all,
      );

      await workbench.tabs.close(TAB);
      await workbench.reloadWindow();
      await workbench.runCommand(SHOW);
      await tab.drawn();
      assert.equal(await tab.samples(), all, 'of what was recorded before the reload');
      await view.row('known');
      assert.deepEqual(workbench.consoleErrors(), []);
    });
  });

  test('two windows record at once, each what it shows and saves', async () => {
    const folders = [tempDir('window'), tempDir('window')] as const;
    await editor.inWindow(
      'two windows',
      { folder: folders[0] },
      async (first, server): Promise<void> => {
        await startStackCount(first, workload.pid);
        const second = await openWorkbench(first.page.context(), server.urlOf(folders[1]));
        try {
          await startStackCount(second, workload.pid);
          const windows = [first, second] as const;
          const tabs = windows.map(({ page }) => new FlamegraphTab(page));
          for (const tab of tabs) await tab.drawn(20_000);
          for (const tab of tabs) await more('more samples', tab, await tab.samples());
          for (const [at, workbench] of windows.entries()) {
            await stop(workbench);
            const saved = sum(entries(readLog(folders[at] ?? '')));
            await waitFor(
              'the last tick',
              () => tabs[at]?.samples() ?? Promise.resolve(NaN),
              (count) => count === saved,
            );
            assert.deepEqual(workbench.consoleErrors(), []);
          }
        } finally {
          await second.close();
        }
      },
    );
  });
});

/** `1234  1,204 samples, 31.2 %` */
function samplesIn(description: string): number {
  return Number(/([\d,]+) samples?/.exec(description)?.[1]?.replaceAll(',', ''));
}
