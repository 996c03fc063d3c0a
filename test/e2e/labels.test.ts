/** What is unusual, as it is seen in the real VS Code: in the tree, its tooltip, a badge, a message. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { REPOSITORY } from '../../scripts/lib/paths.mjs';
import { inEditor } from '../support/editorSession';
import { packagedExtension } from '../support/extensionFolder';
import { withoutBpftrace, withoutBrowser, withoutCompiler } from '../support/machine';
import { tempDir } from '../support/tempDir';
import { waitFor } from '../support/waitFor';
import type { Workbench } from '../support/workbench';
import { startWorkload } from '../support/workloads';

const skip = withoutBrowser();
const START = 'Stack Count: Start Stack Count';
const STOP = 'Stack Count: Stop Stack Count';
const UNUSUAL_FIRST = 'Stack Count: Show Most Unusual First';
const BUSIEST_FIRST = 'Stack Count: Show Busiest First';
/**
 * Two programs, recorded for 44 s with a report every 2 s; `sudden` begins after about 14 s, and is
 * unusual for the 24 s that follow.
 */
const CAPTURE = join(REPOSITORY, 'test', 'fixtures', 'labels', 'burst.capture');
/** Before it begins: the process is new for three reports, and then its usual rates are learnt. */
const QUIET_SECONDS = 18;
/** Of 2 s, the rest of the one in which it began, and time to show it on a busy machine. */
const TWO_REPORTS_MS = 20_000;
const MESSAGE = /^Unusual: burst \(\d+\): new: \d+ samples in 2 s, since [\d:]+: work < sudden/;

let extension = '';
before(() => {
  if (!skip) extension = packagedExtension();
});

/** The number on the icon of the view container. */
function badge(workbench: Workbench): Promise<string> {
  const icon = workbench.page.locator('.activitybar .action-item', {
    has: workbench.page.locator('[aria-label^="Stack Count"]'),
  });
  return icon.locator('.badge-content').innerText();
}

describe('a function that begins to burn', { skip }, () => {
  test('one message leads to its row, which says why; it can be sorted first, until that is taken back', async () => {
    const environment = { STACK_COUNT_REPLAY: CAPTURE };
    const folder = tempDir('labels');
    await inEditor('labels', { extension, folder, environment }, async (workbench) => {
      await workbench.runCommand(START);
      await workbench.notifications.shows(MESSAGE, 40_000);
      await waitFor(
        'a badge',
        () => badge(workbench),
        (text) => text === '1',
      );
      await workbench.notifications.press(MESSAGE, 'Show');
      const view = workbench.treeView('Processes');
      const row = await view.row(({ name, selected }) => name === 'work' && selected);
      assert.match(row.description, /^unusual new {2}\d+ samples/);
      assert.match(row.ariaLabel, /unusual: new: \d+ samples in 2 s, since/);
      // Its stack was looked up just now; the row above is refreshed within a second.
      await view.row(
        ({ name, description }) => name === 'burst' && /^unusual 1 stack/.test(description),
      );
      const unusual = ({ description }: { description: string }) =>
        /^unusual new/.test(description);
      const text = await view.tooltip(
        (one) => one.name === 'work' && unusual(one),
        /Unusual now: new: \d+ samples in 2 s, since/,
      );
      assert.match(text, /▁+[▂-█]+.* samples per second in the last \d+ reports/);
      await workbench.screenshot('labels');
      await view.titleAction('Show Most Unusual First');
      await waitFor(
        'the unusual process first',
        () => view.rows(),
        ([first]) => first?.name === 'burst',
      );
      await view.titleActionShown('Show Busiest First');
      await workbench.runCommand(STOP);
      await workbench.notifications.shows(/Stack Count saved/);

      await workbench.reloadWindow();
      await workbench.offersCommand(BUSIEST_FIRST, true);
      await workbench.runCommand(BUSIEST_FIRST);
      await workbench.offersCommand(UNUSUAL_FIRST, true);
      assert.deepEqual(workbench.consoleErrors(), []);
    });
  });

  test(
    'live: the same row in a recording of this machine',
    {
      skip: withoutBpftrace() || withoutCompiler(),
    },
    async () => {
      const folder = tempDir('labels-live');
      mkdirSync(join(folder, '.vscode'));
      const settings = {
        'stackCount.frequency': 299,
        'stackCount.reportInterval': 2,
        'stackCount.notifyAnomalies': false,
      };
      writeFileSync(join(folder, '.vscode', 'settings.json'), JSON.stringify(settings));
      await inEditor('live labels', { extension, folder }, async (workbench) => {
        await workbench.runCommand(START);
        await workbench.quickInput.opened('Start Stack Count');
        await workbench.quickInput.pick('User and kernel stacks of all processes');
        const view = workbench.treeView('Processes');
        await waitFor(
          'rows',
          () => view.rows(),
          ({ length }) => length > 0,
          { withinMs: 30_000 },
        );
        // Not before something is counted: the first three reports are learnt from.
        const burst = await startWorkload('burst', { seconds: 90, args: [QUIET_SECONDS] });
        await view.row('burst', 30_000);
        await burst.says('SUDDEN', 2 * QUIET_SECONDS * 1_000);
        // What runs beside this test may make its other stacks unusual, too.
        const reason =
          /unusual: (?:.*\n)*work < sudden < sudden_body < start_thread: .*since [\d:]+/;
        await view.row(
          ({ name, ariaLabel }) => name === 'burst' && reason.test(ariaLabel),
          TWO_REPORTS_MS,
        );
        assert.deepEqual(
          (await workbench.notifications.shown()).filter(({ message }) => /Unusual/.test(message)),
          [],
        );
        await workbench.screenshot('live labels');
        await workbench.runCommand(STOP);
        await workbench.notifications.shows(/Stack Count saved/);
        await burst.stop();
      });
    },
  );
});
