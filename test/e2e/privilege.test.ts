/** Getting root from the real VS Code: a password in its terminal, the installed helper, the doctor. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { HELPER_PATH, POLICY_PATH } from '../../src/privilege/installedHelper';
import { atExit } from '../support/atExit';
import { entries, readLog, sum } from '../support/cli';
import { inEditor } from '../support/editorSession';
import { showFlameGraph } from '../support/explorer';
import { packagedExtension } from '../support/extensionFolder';
import { withoutBrowser, withoutSystemTests } from '../support/machine';
import { allowSudo, givePassword } from '../support/passwords';
import { createPolkitUser, type PolkitUser } from '../support/polkit';
import { tempDir } from '../support/tempDir';
import { waitFor } from '../support/waitFor';
import type { Workbench } from '../support/workbench';
import { startWorkload, type Workload } from '../support/workloads';

const skip = withoutBrowser() || withoutSystemTests();
const START = 'Stack Count: Start Stack Count';
const STOP = 'Stack Count: Stop Stack Count';
/** Of Start Stack Count record.test.ts sees the same. */
const AS_ROOT = ['Stack Count: Start Load Monitor', 'Stack Count: Install Privileged Helper'];

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
  let extension = '';
  before(async () => {
    user = await createPolkitUser('ask');
    password = givePassword(user);
    folder = tempDir('workspace');
    user.own(folder);
    extension = packagedExtension();
    workload = await startWorkload('known', { seconds: 600, polite: true });
    atExit(() => spawnSync('/bin/sh', ['-c', `rm -rf /usr/libexec/stack-count ${POLICY_PATH}`]));
  });
  after(() => {
    allowSudo(user, 'none');
    workload.stop();
  });

  const settings = { 'terminal.integrated.gpuAcceleration': 'off' };

  test('where nobody can ask, a terminal does: the password goes through PAM, and the recording is controlled as usual', async () => {
    allowSudo(user, 'with password');
    await inEditor('terminal', { extension, folder, user, settings }, async (workbench) => {
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
    await inEditor('install', { extension, folder, user }, async (workbench, server) => {
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

describe('in an untrusted workspace', { skip: withoutBrowser() }, () => {
  test('nothing that runs as root is offered; a file of stacks can be viewed', async () => {
    const folder = tempDir('untrusted');
    writeFileSync(join(folder, 'stack.folded'), 'main;run;read 42\n');
    const options = { extension: packagedExtension(), folder, trusted: false };
    await inEditor('untrusted files', options, async (workbench) => {
      await workbench.dialog.press(/No, I don't trust|No/).catch(() => undefined);
      for (const command of AS_ROOT) await workbench.offersCommand(command, false);
      await workbench.showContainer('Stack Count');
      await workbench.showContainer('Explorer');
      await showFlameGraph(workbench, 'stack.folded');
      await workbench.page.locator('.tab', { hasText: 'Flame Graph' }).waitFor();
      await workbench.screenshot('untrusted');
    });
  });
});
