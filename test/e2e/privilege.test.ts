/** Getting root from the real VS Code: pkexec, a password in its terminal, the installed helper, the doctor. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { after, before, beforeEach, describe, test } from 'node:test';
import { HELPER_PATH, POLICY_PATH } from '../../src/privilege/installedHelper';
import { atExit } from '../support/atExit';
import { entries, readLog, sum } from '../support/cli';
import { Editor } from '../support/editorSession';
import { packagedExtension } from '../support/extensionFolder';
import { withoutBrowser, withoutSystemTests } from '../support/machine';
import { allowSudo, givePassword } from '../support/passwords';
import { createPolkitUser, type PolkitUser } from '../support/polkit';
import { startStackCount } from '../support/startStackCount';
import { tempDir } from '../support/tempDir';
import { waitFor } from '../support/waitFor';
import type { Workbench } from '../support/workbench';
import { startWorkload, type Workload } from '../support/workloads';

const skip = withoutBrowser() || withoutSystemTests();
const START = 'Stack Count: Start Stack Count';
const STOP = 'Stack Count: Stop Stack Count';

/** `leaf`, `280 samples, 49.8 %  ← middle` -> 280. */
function countOf(description: string): number {
  return Number(/([\d,]+) samples?,/.exec(description)?.[1]?.replaceAll(',', '') ?? NaN);
}

async function startAll(workbench: Workbench): Promise<void> {
  await workbench.runCommand(START);
  await workbench.quickInput.opened('Start Stack Count');
  await workbench.quickInput.pick('User and kernel stacks of all processes');
}

/** What the terminal shows; it is drawn as text where there is no GPU. */
async function terminalShows(workbench: Workbench, text: RegExp): Promise<void> {
  const rows = workbench.page.locator('.terminal .xterm-rows').first();
  const look = async () => ((await rows.textContent()) ?? '').replaceAll('\u00a0', ' ');
  await waitFor(`the terminal to show ${text}`, look, (seen) => text.test(seen), {
    withinMs: 20_000,
  });
}

describe('as an unprivileged user', { skip }, () => {
  let user: PolkitUser;
  let password = '';
  let folder = '';
  let workload: Workload;
  let editor: Editor;
  before(async () => {
    user = await createPolkitUser('ask');
    password = givePassword(user);
    editor = new Editor({ extension: packagedExtension(), user });
    workload = await startWorkload('known', { seconds: 600, polite: true });
    atExit(() => spawnSync('/bin/sh', ['-c', `rm -rf /usr/libexec/stack-count ${POLICY_PATH}`]));
  });
  beforeEach(() => {
    folder = tempDir('workspace');
    user.own(folder);
    allowSudo(user, 'none');
  });
  after(async () => {
    await editor?.stop();
    allowSudo(user, 'none');
    await workload.stop();
  });

  test('start, rows down to the functions, stop, the same counts on disk', async () => {
    await user.answer('yes');
    await editor.inWindow('pkexec', { folder }, async (workbench) => {
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
    await editor.inWindow('denied', { folder }, async (workbench) => {
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

  test('where nobody can ask, a terminal does: the password goes through PAM, and the recording is controlled as usual', async () => {
    const settings = { 'terminal.integrated.gpuAcceleration': 'off' };
    await user.answer('ask');
    allowSudo(user, 'with password');
    await editor.inWindow('terminal', { folder, settings }, async (workbench) => {
      await startAll(workbench);
      const failed = await workbench.notifications.shows(/no polkit agent is running/);
      assert.deepEqual(failed.buttons, ['Record in Terminal', 'Check This Machine']);
      await workbench.notifications.press(/no polkit agent/, 'Record in Terminal');
      await terminalShows(workbench, /as root\. Password for/);
      await workbench.screenshot('password in terminal');
      await workbench.page.keyboard.type(password);
      await workbench.page.keyboard.press('Enter');
      await workbench.treeView('Processes').row('known', 20_000);
      await workbench.screenshot('recording in terminal');
      await workbench.statusBar.item(/\d:(0[2-9]|[1-5]\d)/);
      await workbench.runCommand(STOP);
      await workbench.notifications.shows(/Stack Count saved [\d,]+ samples/);
      assert.ok(sum(entries(readLog(folder))) > 0);
      await waitFor(
        'the terminal to be closed',
        () => workbench.page.locator('.terminal .xterm-rows').count(),
        (count) => count === 0,
      );
    });
  });

  test('the helper is installed, used, and removed; the machine is checked', async () => {
    await user.answer('yes');
    await editor.inWindow('install', { folder }, async (workbench, server) => {
      await workbench.runCommand('Stack Count: Install Privileged Helper');
      await workbench.notifications.shows(/is installed and ours to the last byte/);
      assert.ok(existsSync(HELPER_PATH));
      await user.answer({ exec: 'no', record: 'yes', recordOwn: 'no' });
      await startAll(workbench);
      await workbench.treeView('Processes').row('known', 20_000);
      await workbench.runCommand(STOP);
      await workbench.notifications.shows(/Stack Count saved/);
      assert.match(
        server.outputChannel('Stack Count'),
        /Getting root by way of "installed": the installed helper is ours\./,
      );
      await workbench.runCommand('Stack Count: Check This Machine');
      await workbench.page.locator('.tab', { hasText: 'Check This Machine' }).waitFor();
      await workbench.screenshot('check this machine');
      await user.answer('yes');
      await workbench.runCommand('Stack Count: Uninstall Privileged Helper');
      await workbench.notifications.shows(/The helper was removed/);
      assert.equal(existsSync(HELPER_PATH), false);
    });
  });
});
