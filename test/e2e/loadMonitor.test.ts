/** The load monitor in the real VS Code: waiting, recording while the load is high, both files. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { inEditor } from '../support/editorSession';
import { packagedExtension } from '../support/extensionFolder';
import { FlamegraphTab } from '../support/flamegraphTab';
import { withoutBpftrace, withoutBrowser, withoutCompiler } from '../support/machine';
import { tempDir } from '../support/tempDir';
import { waitFor } from '../support/waitFor';
import type { Workbench } from '../support/workbench';
import { startWorkload } from '../support/workloads';

const skip = withoutBrowser() || withoutBpftrace() || withoutCompiler();
const START = 'Stack Count: Start Load Monitor';
const STOP = 'Stack Count: Stop Stack Count';

/** High enough for a machine that runs tests to come to rest under it. */
const THRESHOLD = '12';

async function startMonitor(workbench: Workbench): Promise<void> {
  await workbench.runCommand(START);
  await workbench.quickInput.opened('Start Load Monitor');
  const first = await workbench.quickInput.firstItem();
  assert.match(first.description, /^now \d+ on \d+ CPUs$/);
  await workbench.quickInput.pick('run-queue');
  await waitFor(
    'the threshold to be asked',
    () => workbench.quickInput.value(),
    (text) => text === '4',
  );
  await workbench.quickInput.type('many');
  await waitFor(
    'a word of what is expected',
    () => workbench.quickInput.message(),
    (text) => /Expected a whole number/.test(text),
  );
  await workbench.quickInput.type(THRESHOLD);
  await workbench.quickInput.accept();
  await workbench.quickInput.pick('Kernel stacks');
}

/** Sum of the counts of a stack.bpf: `]: 37`. */
function total(text: string): number {
  return [...text.matchAll(/^\]: (\d+)$/gm)].reduce((sum, found) => sum + Number(found[1]), 0);
}

describe('the load monitor', { skip }, () => {
  test('waits, records while the load is high, and writes stack.bpf and stack.svg', async () => {
    const folder = tempDir('monitor');
    await inEditor('monitor', { extension: packagedExtension(), folder }, async (workbench) => {
      await startMonitor(workbench);
      await workbench.statusBar.item(/Waiting: run queue \d+, threshold 12/, 20_000);
      await workbench.screenshot('load monitor waiting');
      const load = await startWorkload('readers', { seconds: 120, args: [36] });
      // They crowd the run queue, but leave the CPU to whoever else wants it.
      for (const { tid } of load.threads()) setPriority(tid, 19);
      await workbench.statusBar.item(/\d:\d\d {2}[1-9][\d,]* samples/, 20_000);
      await workbench.treeView('Processes').row('readers');
      await workbench.screenshot('load monitor recording');
      await load.stop();
      await workbench.statusBar.item(/Waiting: run queue/, 20_000);
      await workbench.runCommand(STOP);
      const { message } = await workbench.notifications.shows(/Stack Count saved [\d,]+ samples/);
      const samples = Number(/saved ([\d,]+) samples/.exec(message)?.[1]?.replaceAll(',', ''));
      assert.equal(total(readFileSync(join(folder, 'stack.bpf'), 'utf8')), samples);
      const svg = readFileSync(join(folder, 'stack.svg'), 'utf8');
      assert.ok(svg.includes(`${samples.toLocaleString('en')} samples`));

      await workbench.notifications.press(/Stack Count saved/, 'Show Flame Graph');
      await workbench.page.locator('.tab', { hasText: 'Flame Graph' }).waitFor();
      const tab = new FlamegraphTab(workbench.page);
      await tab.drawn();
      await waitFor(
        'what was saved',
        () => tab.samples(),
        (count) => count === samples,
      );
      await workbench.screenshot('flame graph of the load');
      assert.deepEqual(workbench.cspViolations(), []);
      assert.deepEqual(workbench.consoleErrors(), []);
    });
  });
});
