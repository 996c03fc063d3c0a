/** A recording in the real VS Code, as root; privilege.test.ts has it as an unprivileged user. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { entries, readLog, sum } from '../support/cli';
import { Editor, inEditor, type WindowOptions } from '../support/editorSession';
import { showFlameGraph } from '../support/explorer';
import { packagedExtension } from '../support/extensionFolder';
import { withoutBpftrace, withoutBrowser, withoutCompiler } from '../support/machine';
import { startStackCount } from '../support/startStackCount';
import { tempDir } from '../support/tempDir';
import { waitFor } from '../support/waitFor';
import { startWorkload, type Workload } from '../support/workloads';

const skip = withoutBrowser() || withoutBpftrace() || withoutCompiler();
const START = 'Stack Count: Start Stack Count';
const STOP = 'Stack Count: Stop Stack Count';
const AS_ROOT = [
  START,
  'Stack Count: Start Load Monitor',
  'Stack Count: Install Privileged Helper',
];

let extension = '';
before(() => {
  if (!withoutBrowser()) extension = packagedExtension();
});

function logIsThere(folder: string): Promise<boolean> {
  return waitFor('stack_count.log', () => existsSync(join(folder, 'stack_count.log')));
}

describe('as root', { skip }, () => {
  let workload: Workload;
  let editor: Editor;
  before(async () => {
    workload = await startWorkload('known', { seconds: 600, polite: true });
    editor = new Editor({ extension });
  });
  after(async () => {
    await editor?.stop();
    await workload?.stop();
  });

  async function started(
    name: string,
    options: WindowOptions,
    body: Parameters<typeof inEditor>[2],
  ): Promise<void> {
    await editor.inWindow(name, options, async (workbench, server) => {
      await startStackCount(workbench, workload.pid);
      await workbench.treeView('Processes').row('known', 20_000);
      await body(workbench, server);
    });
  }

  test('starting twice offers to stop; it stops from the view title and from the status bar', async () => {
    const folder = tempDir('workspace');
    await started('buttons', { folder }, async (workbench) => {
      await workbench.offersCommand(START, false);
      const view = workbench.treeView('Processes');
      await view.titleAction('Stop Stack Count');
      await workbench.notifications.shows(/Stack Count saved/);
      await workbench.notifications.close(/Stack Count saved/);
      await workbench.offersCommand(STOP, false);
      await logIsThere(folder);

      await view.titleAction('Start Stack Count');
      await workbench.quickInput.opened('Start Stack Count');
      const first = await workbench.quickInput.firstItem();
      assert.equal(first.label, 'User and kernel stacks of some processes…');
      assert.equal(first.description, 'as last time');
      await workbench.quickInput.accept();
      await workbench.quickInput.opened(/processes to record/);
      await workbench.quickInput.type(String(workload.pid));
      await waitFor(
        'the known program to be ticked again',
        () => workbench.quickInput.items(),
        (items) => items[0]?.checked,
      );
      await workbench.quickInput.accept();
      await workbench.statusBar.item(/\d:\d\d {2}[\d,]+ samples/, 20_000);
      await workbench.statusBar.click(/samples/);
      await workbench.notifications.shows(/Stack Count saved/);
    });
  });

  test('without a folder it asks for a place, and records without one', async () => {
    await editor.inWindow('no folder', {}, async (workbench) => {
      await startStackCount(workbench, workload.pid);
      await workbench.quickInput.opened('Start Stack Count');
      await workbench.quickInput.choose('Record without saving');
      await workbench.treeView('Processes').row('known', 20_000);
      await workbench.runCommand(STOP);
      await workbench.notifications.shows(/they were not saved/);
    });
  });

  test('closing the window saves the recording', async () => {
    const folder = tempDir('workspace');
    await started('reload', { folder }, async (workbench) => {
      await workbench.reload();
      await logIsThere(folder);
      assert.ok(sum(entries(readLog(folder))) > 0);
    });
  });
});

describe('without eBPF', { skip: withoutBrowser() }, () => {
  test('the bundled sample is played, through the same view and to the same file', async () => {
    const folder = tempDir('sample');
    const environment = { STACK_COUNT_REPLAY: join(extension, 'samples', 'sample.capture') };
    await inEditor('sample', { extension, folder, environment }, async (workbench) => {
      await workbench.runCommand(START);
      const view = workbench.treeView('Processes');
      for (const name of ['known', 'node', 'burst']) await view.row(name, 20_000);
      await workbench.runCommand(STOP);
      await workbench.notifications.shows(/Stack Count saved [\d,]+ samples of \d processes?/);
      assert.ok(sum(entries(readLog(folder))) > 0);
    });
  });
});

describe('where it may not record', { skip: withoutBrowser() }, () => {
  test('in an untrusted workspace nothing that runs as root is offered; a file of stacks can be viewed', async () => {
    const folder = tempDir('untrusted');
    writeFileSync(join(folder, 'stack.folded'), 'main;run;read 42\n');
    const options = { extension, folder, trusted: false };
    await inEditor('untrusted', options, async (workbench) => {
      await workbench.statusBar.item(/Restricted Mode/);
      for (const command of AS_ROOT) await workbench.offersCommand(command, false);
      await workbench.showContainer('Stack Count');
      await workbench.showContainer('Explorer');
      await showFlameGraph(workbench, 'stack.folded');
      await workbench.page.locator('.tab', { hasText: 'Flame Graph' }).waitFor();
      await workbench.screenshot('untrusted');
    });
  });
});
