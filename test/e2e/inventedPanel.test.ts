/** npm run panel: the page of the flame graph tab in a plain browser, with an invented recording. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { withoutBrowser } from '../support/machine';
import { waitFor } from '../support/waitFor';
import { openBrowser } from '../support/workbench';

const skip = withoutBrowser();

test(
  'the invented recording is drawn and grows, and Ctrl-C ends its server',
  { skip },
  async () => {
    const server = spawn(process.execPath, ['--import', 'tsx', 'test/panel/main.ts'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(server, 'exit');
    try {
      await withPage(async (page) => {
        const lines = createInterface(server.stdout)[Symbol.asyncIterator]();
        await page.goto((await lines.next()).value);
        const header = (): Promise<string> => page.locator('header').innerText();
        await page.locator('body[data-drawn]').waitFor();
        const first = await header();
        assert.match(first, /Invented stacks .* samples/s);
        await waitFor('more samples', header, (text) => text !== first);
      });
    } finally {
      server.kill('SIGINT');
    }
    assert.deepEqual(await ended, [0, null]);
  },
);

/** A page that must not find fault with anything. */
async function withPage(body: (page: Page) => Promise<void>): Promise<void> {
  const { browser, context } = await openBrowser();
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (line) => {
    if (line.type() === 'error') errors.push(line.text());
  });
  try {
    await body(page);
    assert.deepEqual(errors, []);
  } finally {
    await browser.close();
  }
}
