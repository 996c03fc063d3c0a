/** VS Code crashes while it records, engine included: the next start offers what was counted. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { entries, readLog, sum } from '../support/cli';
import { inEditor } from '../support/editorSession';
import { packagedExtension } from '../support/extensionFolder';
import { withoutBpftrace, withoutBrowser, withoutCompiler } from '../support/machine';
import { engineAndBelow } from '../support/ours';
import { commandLine, isAlive } from '../support/processes';
import { tempDir } from '../support/tempDir';
import { waitFor } from '../support/waitFor';
import { startWorkload, type Workload } from '../support/workloads';

const skip = withoutBrowser() || withoutBpftrace() || withoutCompiler();

describe('a crash while recording', { skip }, () => {
  let workload: Workload;
  before(async () => {
    workload = await startWorkload('known', { seconds: 200, polite: true });
  });
  after(() => workload.stop());

  test('is offered at the next start, and saved into its folder', async () => {
    const folder = tempDir('workspace');
    const extension = packagedExtension();
    await inEditor('journal', { extension, folder }, async (workbench, server) => {
      await workbench.runCommand('Stack Count: Start Stack Count');
      await workbench.quickInput.opened('Start Stack Count');
      await workbench.quickInput.pick('User and kernel stacks of all processes');
      await workbench.statusBar.item(/\d:(0[3-9]|[1-5]\d) {2}[\d,]+ samples/, 30_000);
      const host = await server.extensionHostPid();
      const ours = engineAndBelow(host);
      const [engine] = ours;
      assert.ok(
        ours.some((pid) => /bpftrace$/.test(commandLine(pid)[0] ?? '')),
        'a bpftrace',
      );
      process.kill(engine, 'SIGKILL');
      process.kill(host, 'SIGKILL');
      const left = (): string[] => ours.filter(isAlive).map((pid) => `${pid} ${commandLine(pid)}`);
      await waitFor('nothing to be left', left, ({ length }) => length === 0, { withinMs: 2_000 });
      // What the last report wrote is not what is offered.
      for (const name of readdirSync(folder)) rmSync(join(folder, name));
      await workbench.reload();
      const offer = await workbench.notifications.shows(/Unsaved recording of .*\d\d:\d\d/, 60_000);
      await workbench.screenshot('unsaved recording');
      assert.deepEqual(offer.buttons, ['Save', 'Discard']);
      const samples = Number(/\(([\d,]+) samples\)/.exec(offer.message)?.[1]?.replaceAll(',', ''));
      await workbench.notifications.press(/Unsaved recording/, 'Save');
      await workbench.notifications.shows(/Stack Count saved .*stack_count\.log/);
      assert.equal(sum(entries(readLog(folder))), samples);
      assert.ok(samples > 0 && existsSync(join(folder, 'stack.svg')));
      await workbench.reload();
      // When it can ask this, it has long looked for something unsaved.
      await workbench.runCommand('Stack Count: Start Stack Count');
      await workbench.quickInput.opened('Start Stack Count');
      assert.deepEqual(
        (await workbench.notifications.shown()).filter(({ message }) => /Unsaved/.test(message)),
        [],
      );
    });
  });
});
