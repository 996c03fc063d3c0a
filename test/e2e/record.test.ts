/** A recording in the real VS Code, by an unprivileged user through the real pkexec, and as root. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { entries, readLog, sum } from '../support/cli';
import type { CodeServerOptions } from '../support/codeServer';
import { inEditor } from '../support/editorSession';
import { packagedExtension } from '../support/extensionFolder';
import {
  withoutBpftrace,
  withoutBrowser,
  withoutCompiler,
  withoutSystemTests,
} from '../support/machine';
import { createPolkitUser, type PolkitUser } from '../support/polkit';
import { startStackCount } from '../support/startStackCount';
import { tempDir } from '../support/tempDir';
import { waitFor } from '../support/waitFor';
import { startWorkload, type Workload } from '../support/workloads';

const skip = withoutBrowser() || withoutBpftrace() || withoutCompiler();
const START = 'Stack Count: Start Stack Count';
const STOP = 'Stack Count: Stop Stack Count';

let workload: Workload;
let extension = '';
before(async () => {
  if (skip) return;
  workload = await startWorkload('known', { seconds: 600, polite: true });
  extension = packagedExtension();
});
after(() => workload?.stop());

/** `leaf`, `280 samples, 49.8 %  ← middle` -> 280. */
function countOf(description: string): number {
  return Number(/([\d,]+) samples?,/.exec(description)?.[1]?.replaceAll(',', '') ?? NaN);
}

function logIsThere(folder: string): Promise<boolean> {
  return waitFor('stack_count.log', () => existsSync(join(folder, 'stack_count.log')));
}

describe('as an unprivileged user, through pkexec', { skip: skip || withoutSystemTests() }, () => {
  let user: PolkitUser;
  let folder = '';
  before(async () => {
    user = await createPolkitUser('yes');
    folder = tempDir('workspace');
    user.own(folder);
  });

  test('start, rows down to the functions, stop, the same counts on disk', async () => {
    await inEditor('pkexec', { extension, folder, user }, async (workbench) => {
      await startStackCount(workbench, workload.pid);
      const view = workbench.treeView('Processes');
      await view.row('known', 20_000);
      await view.expand('known');
      await view.expand(`pid ${workload.pid}`);
      const stacks = await view.expand('leaf');
      assert.deepEqual(
        stacks.slice(0, 5).map(({ name }) => name),
        ['leaf', 'middle', 'outer', 'worker_user', 'main'],
      );
      // The two threads may change places in the very moment.
      await waitFor('worker_user to be selected', async () => {
        await view.click('worker_user');
        return (await view.row('worker_user')).selected;
      });
      const before_ = countOf((await view.row('known')).description);
      await waitFor(
        'numbers to grow',
        async () => countOf((await view.row('known')).description),
        (count) => count > before_,
      );
      const kept = [(await view.row('leaf')).expanded, (await view.row('worker_user')).selected];
      assert.deepEqual(kept, [true, true]);
      await workbench.statusBar.item(/\d:\d\d {2}[\d,]+ samples {2}\d+ lost/);
      await workbench.screenshot('recording');
      await workbench.runCommand(STOP);
      await workbench.notifications.shows(/Stack Count saved [\d,]+ samples of 1 process\./);
      await workbench.notifications.press(/Stack Count saved/, 'Open stack_count.log');
      await workbench.tabs.opened('stack_count.log');
      const list = entries(readLog(folder));
      assert.ok(list.every(({ key }) => key === String(workload.pid)));
      const shown = await waitFor(
        'the tree to show what is on disk',
        async () => countOf((await view.row('known')).description),
        (count) => count === sum(list),
      );
      assert.equal(shown, sum(list));
      await workbench.screenshot('stopped');
      assert.deepEqual(workbench.consoleErrors(), []);
    });
  });

  test('denied and no agent each have their own words, and nothing is left waiting', async () => {
    await inEditor('denied', { extension, folder, user }, async (workbench) => {
      await user.answer('no');
      await startStackCount(workbench, workload.pid);
      const denied = await workbench.notifications.shows(
        /You are not allowed to run the helper as root/,
      );
      assert.equal(denied.severity, 'error');
      await workbench.screenshot('denied');
      await workbench.notifications.close(/not allowed/);
      await user.answer('ask');
      await startStackCount(workbench, workload.pid);
      await workbench.notifications.shows(/no polkit agent is running/);
      await workbench.screenshot('no agent');
      await workbench.offersCommand(START, true);
    });
  });
});

describe('as root', { skip }, () => {
  async function started(
    name: string,
    options: Partial<CodeServerOptions>,
    body: Parameters<typeof inEditor>[2],
  ): Promise<void> {
    await inEditor(name, { extension, ...options }, async (workbench, server) => {
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
    await inEditor('no folder', { extension }, async (workbench) => {
      await startStackCount(workbench, workload.pid);
      await workbench.quickInput.opened('Start Stack Count');
      await workbench.quickInput.pick(/Record without saving/);
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
  test('in an untrusted workspace it says why, and offers nothing that runs as root', async () => {
    await inEditor(
      'untrusted',
      { extension, folder: tempDir('workspace'), trusted: false },
      async (workbench) => {
        await workbench.dialog.press(/No, I don't trust|No/).catch(() => undefined);
        await workbench.offersCommand(START, false);
      },
    );
  });
});
