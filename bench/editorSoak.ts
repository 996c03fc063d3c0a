/**
 * A recording of all processes in the real VS Code, for as long as a person would leave it on, beside
 * a load that makes new stacks and processes all the time: the numbers in the status bar never stand
 * still, and bpftrace gives data all the time.
 *
 *   npm run build && sudo node --import tsx bench/editorSoak.ts [SECONDS]
 *
 * 600 s if not said. Needs root, bpftrace and Chromium. Printed: a line each minute, and the longest
 * time for which the number of samples did not grow; screenshots lie beside those of the tests.
 */
import { inEditor } from '../test/support/editorSession';
import { packagedExtension } from '../test/support/extensionFolder';
import { tempDir } from '../test/support/tempDir';
import { startWorkload } from '../test/support/workloads';
import type { Workbench } from '../test/support/workbench';

const SECONDS = Number(process.argv[2] ?? 600);
/** Longer than this is standing still: ticks come each second, and a renewal takes less than one. */
const MOST_STILL_SECONDS = 5;

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** `1:15  4,012 samples  0 lost` */
const NUMBERS = /(\d+:\d\d) {2}([\d,]+) samples {2}([\d,]+) lost/;

/** @returns the longest time without a new sample, in seconds */
async function watch({ statusBar, screenshot }: Watched): Promise<number> {
  const started = performance.now();
  let [samples, grownAt, longest, minutes] = ['', started, 0, 0];
  while (performance.now() - started < 1_000 * SECONDS) {
    await wait(500);
    const now = performance.now();
    const texts = (await statusBar.items()).map(({ text }) => text);
    const text = texts.find((each) => NUMBERS.test(each)) ?? '';
    const count = NUMBERS.exec(text)?.[2] ?? samples;
    if (count !== samples) [samples, grownAt] = [count, now];
    longest = Math.max(longest, (now - grownAt) / 1_000);
    if (now - started < 60_000 * (minutes + 1)) continue;
    minutes++;
    console.log(
      `${minutes} min: ${text || texts.join(' | ')}; longest still ${longest.toFixed(1)} s`,
    );
    await screenshot(`soak after ${minutes} min`);
  }
  return longest;
}

interface Watched {
  readonly statusBar: Workbench['statusBar'];
  readonly screenshot: (name: string) => Promise<unknown>;
}

async function main(): Promise<number> {
  const folder = tempDir('editor-soak');
  const load = await startWorkload('soak', { seconds: SECONDS + 120, ownSession: true });
  let longest = Infinity;
  await inEditor('soak', { extension: packagedExtension(), folder }, async (workbench) => {
    await workbench.showContainer('Stack Count');
    await workbench.runCommand('Stack Count: Start Stack Count');
    await workbench.quickInput.opened('Start Stack Count');
    await workbench.quickInput.pick('User and kernel stacks of all processes');
    const { statusBar } = workbench;
    await statusBar.item(NUMBERS, 30_000);
    longest = await watch({ statusBar, screenshot: (name) => workbench.screenshot(name) });
    await workbench.runCommand('Stack Count: Stop Stack Count');
    await workbench.notifications.shows(/Stack Count saved/);
    await workbench.screenshot('soak at its end');
  });
  await load.stop();
  const well = longest <= MOST_STILL_SECONDS;
  console.log(
    `${well ? 'PASS' : 'FAIL'} the longest time without a new sample: ${longest.toFixed(1)} s`,
  );
  return well ? 0 : 1;
}

process.exit(await main());
