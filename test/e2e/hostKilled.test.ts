/** The extension host dies in the middle of a recording: nothing of ours is left, and files are whole. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { entries, readLog, sum } from '../support/cli';
import { inEditor } from '../support/editorSession';
import { packagedExtension } from '../support/extensionFolder';
import { withoutBpftrace, withoutBrowser, withoutCompiler } from '../support/machine';
import { engineAndBelow } from '../support/ours';
import { commandLine, isAlive } from '../support/processes';
import { startStackCount } from '../support/startStackCount';
import { tempDir } from '../support/tempDir';
import { waitFor } from '../support/waitFor';
import { startWorkload } from '../support/workloads';

const skip = withoutBrowser() || withoutBpftrace() || withoutCompiler();

describe('kill -9 of the extension host', { skip }, () => {
  test('no bpftrace of ours a second later, and the log is saved', async () => {
    const folder = tempDir('workspace');
    const extension = packagedExtension();
    const workload = await startWorkload('known', { seconds: 120, polite: true });
    await inEditor('kill', { extension, folder }, async (workbench, server) => {
      await startStackCount(workbench, workload.pid);
      await workbench.treeView('Processes').row('known', 20_000);
      const host = await server.extensionHostPid();
      const ours = engineAndBelow(host);
      const asRoot = ours.filter((pid) =>
        commandLine(pid).some((word) => word.includes('bpftrace')),
      );
      assert.ok(asRoot.length >= 2, `${asRoot.length} processes of the helper`);
      await workbench.statusBar.item(/\d:(0[2-9]|[1-5]\d)/);
      process.kill(host, 'SIGKILL');
      const left = (pids: number[]) => (): number[] => pids.filter(isAlive);
      const none = (pids: number[]): boolean => pids.length === 0;
      await waitFor('bpftrace to be gone', left(asRoot), none, { withinMs: 1_000 });
      await waitFor('the engine to be gone', left(ours), none);
      assert.ok(sum(entries(readLog(folder))) > 0);
    });
    await workload.stop();
  });
});
