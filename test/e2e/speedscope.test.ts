/** The recording in speedscope, in real VS Code: same totals, the editor's manners, its theme. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readLog, type Log } from '../support/cli';
import { Editor } from '../support/editorSession';
import { explorerMenu } from '../support/explorer';
import { packagedExtension } from '../support/extensionFolder';
import { withoutBpftrace, withoutBrowser, withoutCompiler } from '../support/machine';
import { SpeedscopePage } from '../support/speedscopePage';
import { tempDir } from '../support/tempDir';
import { waitFor } from '../support/waitFor';
import { startWorkload, type Workload } from '../support/workloads';
import type { Workbench } from '../support/workbench';

const skip = withoutBrowser() || withoutBpftrace() || withoutCompiler();
const OPEN = 'Open in speedscope';

let editor: Editor;
before(() => {
  if (!withoutBrowser()) editor = new Editor({ extension: packagedExtension() });
});
after(() => editor?.stop());

/** Samples by what speedscope calls the process, and of all together. */
function totalsOf(log: Log): Map<string, number> {
  const totals = Object.entries(log).map(([key, { name, pids }]): [string, number] => {
    const stacks = Object.values(pids).flatMap((thread) => Object.values(thread));
    return [`${name} (${key})`, stacks.reduce((sum, { count }) => sum + count, 0)];
  });
  const all = totals.reduce((sum, [, count]) => sum + count, 0);
  return new Map([['all processes', all], ...totals]);
}

/** Of a document as Ctrl+S saves it. */
function savedTotals(file: string): Map<string, number> {
  const { profiles } = JSON.parse(readFileSync(file, 'utf8')) as {
    profiles: { name: string; weights: number[] }[];
  };
  return new Map(
    profiles.map(({ name, weights }) => [name, weights.reduce((sum, each) => sum + each, 0)]),
  );
}

const sorted = (totals: ReadonlyMap<string, number>) => [...totals].sort();

async function startRecording(workbench: Workbench): Promise<void> {
  await workbench.runCommand('Stack Count: Start Stack Count');
  await workbench.quickInput.opened('Start Stack Count');
  await workbench.quickInput.pick('User and kernel stacks of all processes');
  await workbench.treeView('Processes').row('known', 20_000);
}

/** What a person's Ctrl+V makes, with a profile in it that speedscope could read. */
async function paste(speedscope: SpeedscopePage): Promise<void> {
  await speedscope.frame.locator('body').evaluate(`(body) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text', 'pasted;stack 5');
    const how = { clipboardData, bubbles: true, cancelable: true };
    body.dispatchEvent(new ClipboardEvent('paste', how));
  }`);
}

describe('Open in speedscope', { skip }, () => {
  let workload: Workload;
  before(async () => (workload = await startWorkload('known', { seconds: 300, polite: true })));
  after(() => workload?.stop());

  test('refreshed while it is recorded, with the totals of the log, across a reload', async () => {
    const folder = tempDir('speedscope');
    const settings = {
      'workbench.colorTheme': 'Light Modern',
      'stackCount.openFlameGraph': false,
    };
    await editor.inWindow('speedscope', { folder, settings }, async (workbench) => {
      const { page } = workbench;
      const known = `known (${workload.pid})`;
      await startRecording(workbench);
      await workbench.runCommand(`Stack Count: ${OPEN}`);
      const speedscope = new SpeedscopePage(page);
      const first = await speedscope.title(/^Recording, first 0:\d\d — speedscope$/);
      assert.equal(await speedscope.profile(), 'all processes');
      const early = (await speedscope.totals()).get(known) ?? NaN;
      assert.ok(early > 0);
      await workbench.screenshot('speedscope light');

      // The reader looks at one process: a refresh leaves it there.
      const list = [...(await speedscope.totals()).keys()];
      for (let i = 0; i < list.indexOf(known); i++) await speedscope.press('n');
      assert.equal(await speedscope.profile(), known);
      await speedscope.press('2');
      await waitFor('the next tick', async () => {
        await speedscope.titleAction('Refresh speedscope');
        return (await speedscope.title(/^Recording/)) !== first;
      });
      const grown = async () => (await speedscope.totals()).get(known) ?? NaN;
      await waitFor('numbers to grow', grown, (count) => count > early);
      assert.equal(await speedscope.profile(), known);
      await workbench.screenshot('speedscope left heavy of one process');

      await workbench.runCommand('Stack Count: Stop Stack Count');
      await workbench.notifications.shows(/Stack Count saved/);
      await workbench.notifications.close(/Stack Count saved/);
      await speedscope.titleAction('Refresh speedscope');
      const expected = sorted(totalsOf(readLog(folder)));
      const totals = async () => sorted(await speedscope.totals());
      const all = (list: [string, number][]) => new Map(list).get('all processes');
      await waitFor('the totals of the log', totals, (list) => all(list) === all(expected));
      assert.deepEqual(await totals(), expected);

      // Its theme is VS Code's, and goes with it.
      const light = await speedscope.colour();
      await workbench.runCommand('Preferences: Toggle between Light/Dark Themes');
      await waitFor(
        'the dark theme',
        () => speedscope.colour(),
        (colour) => colour !== light,
      );
      await workbench.screenshot('speedscope dark');
      await speedscope.press('3');
      await workbench.screenshot('speedscope sandwich');

      // Nothing is opened by a paste; Ctrl+F is its search, Ctrl+S saves as VS Code does.
      await paste(speedscope);
      await speedscope.press('1');
      await speedscope.press('Control+f');
      await speedscope.searchBox.fill('worker_user');
      await workbench.screenshot('speedscope search');
      await speedscope.searchBox.press('Control+s');
      const target = join(folder, 'recording.speedscope.json');
      await waitFor(
        'the proposed name',
        () => workbench.quickInput.value(),
        (value) => value === target,
      );
      await workbench.quickInput.accept();
      await waitFor('the saved file', () => sorted(savedTotals(target)));
      assert.deepEqual(sorted(savedTotals(target)), expected);
      assert.deepEqual(await totals(), expected);

      await speedscope.title(/^Recording/);
      await workbench.reloadWindow();
      await speedscope.title(/^Recording/);
      assert.equal(await speedscope.profile(), 'all processes');
      assert.deepEqual(await totals(), expected);
      assert.deepEqual(workbench.cspViolations(), []);
      assert.deepEqual(workbench.consoleErrors(), []);
    });
  });
});

describe('a file in speedscope', { skip: withoutBrowser() }, () => {
  test('by its menu; without WebGL it says so and offers our own graph', async () => {
    const folder = tempDir('speedscope-file');
    writeFileSync(join(folder, 'stack.bpf'), '@[\nread\nmain\n]: 30\n@[\nmain\n]: 12\n');
    writeFileSync(join(folder, 'other.bpf'), '@[\nmain\n]: 1\n');
    writeFileSync(join(folder, 'broken.bpf'), '@[\nmain\n');
    await editor.inWindow('speedscope file', { folder }, async (workbench) => {
      const { page } = workbench;
      await workbench.showContainer('Stack Count');
      await workbench.showContainer('Explorer');
      await explorerMenu(workbench, 'stack.bpf', OPEN);
      const speedscope = new SpeedscopePage(page);
      await speedscope.title(/^stack\.bpf — speedscope$/);
      await speedscope.loaded();
      await speedscope.press('3');
      await speedscope.frame.getByText('42 (100%)').waitFor();
      await explorerMenu(workbench, 'broken.bpf', OPEN);
      await workbench.notifications.shows(/broken\.bpf cannot be shown in speedscope: line \d+/);

      await page.addInitScript(`{
        const getContext = HTMLCanvasElement.prototype.getContext;
        HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
          return kind.startsWith('webgl') ? null : getContext.call(this, kind, ...more);
        };
      }`);
      await explorerMenu(workbench, 'other.bpf', OPEN);
      await speedscope.title(/^other\.bpf — speedscope$/);
      await speedscope.frame.getByText(/speedscope draws with WebGL/).waitFor();
      await workbench.screenshot('speedscope without WebGL');
      await speedscope.frame.getByRole('button', { name: 'Show Flame Graph' }).click();
      await speedscope.title(/^other\.bpf — Flame Graph$/);
      assert.deepEqual(workbench.cspViolations(), []);
      assert.deepEqual(workbench.consoleErrors(), []);
    });
  });
});
