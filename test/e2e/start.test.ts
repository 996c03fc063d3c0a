/** `npm start`, from the command to the extension in the browser, and to its end by a signal. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { testCacheDirectory } from '../../scripts/lib/machine.mjs';
import { REPOSITORY } from '../../scripts/lib/paths.mjs';
import { atExit } from '../support/atExit';
import { withoutBrowser } from '../support/machine';
import { commandLine, descendantsOf, isAlive } from '../support/processes';
import { tempDir } from '../support/tempDir';
import { waitFor } from '../support/waitFor';
import { openBrowser, Workbench } from '../support/workbench';

/** Starts it and waits for what it prints last: where to go, and the password. */
async function startInBrowser() {
  const env = { ...process.env, STACK_COUNT_CACHE: testCacheDirectory() };
  const args = ['start', '--', '--browser', '--folder', tempDir('workspace')];
  const child = spawn('npm', args, { cwd: REPOSITORY, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const kill = atExit(() => child.kill());
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const ended = new Promise((resolve) => child.once('close', resolve));
  const look = () => /Open +(\S+)\nPassword +(\S+)/.exec(printed);
  const patience = { withinMs: 240_000 };
  const found = await waitFor('an address', look, Boolean, patience);
  return { pid: child.pid ?? 0, url: found?.[1] ?? '', password: found?.[2] ?? '', kill, ended };
}

test(
  'opens VS Code behind a password, and ends with npm',
  { skip: withoutBrowser() },
  async (context) => {
    const started = await startInBrowser();
    // Also where the test fails: it would wait for its child.
    context.after(started.kill);
    assert.match(started.url, /^http:\/\/127\.0\.0\.1:\d+\//);
    const ours = descendantsOf(started.pid);
    assert.equal(
      ours.some((pid) => commandLine(pid).join(' ').includes(started.password)),
      false,
    );

    const { browser, context: profile } = await openBrowser();
    try {
      const page = await profile.newPage();
      await page.goto(started.url);
      const password = page.locator('input[type=password]');
      await password.fill('guess');
      await password.press('Enter');
      await page.getByText('Incorrect password').waitFor();
      await password.fill(started.password);
      await password.press('Enter');
      const workbench = new Workbench(page);
      await workbench.ready();
      await workbench.dialog.press(/^Yes/);
      await workbench.showContainer('Stack Count');
      // VS Code tells its extensions of the trust a moment later.
      await waitFor(
        'the start to be offered',
        () => workbench.treeView('Processes').welcome(),
        (text) => /Start Stack Count/.test(text),
      );
      await workbench.screenshot('npm start');
      ours.push(...descendantsOf(started.pid));
    } finally {
      await browser.close();
    }

    // The word to npm alone; Ctrl-C says it to all of them at once.
    process.kill(started.pid, 'SIGINT');
    assert.equal(await started.ended, 0);
    await waitFor(
      'all of it to end',
      () => ours.filter(isAlive),
      (left) => left.length === 0,
    );
  },
);
