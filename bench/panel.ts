/**
 * How long the flame graph tab takes from the news of a tick to the new picture, for 500, 2,000 and
 * 10,000 stacks that all have grown; and from nothing to the first picture.
 *
 *   node --import tsx bench/panel.ts
 *
 * In a real Chromium, with the engine's end of the feed in this process. Counted is the CPU time of
 * the page's thread, which other work on the machine does not change. The bar: a refresh of 2,000
 * stacks within 100 ms.
 */
import type { CDPSession } from 'playwright-core';
import { Profile, type ProcessRecord } from '../src/core/profile';
import { PanelPage } from '../test/support/panelPage';
import { openBrowser } from '../test/support/workbench';

const SIZES = [500, 2_000, 10_000];
const DEPTH = 30;
const ROUNDS = 9;
const THREADS = 8;

/** Stacks that part at every fourth frame, as those of real programs do. */
function grow(profile: Profile, process: ProcessRecord, stacks: number): void {
  for (let i = 0; i < stacks; i++) {
    const frames = Array.from({ length: DEPTH }, (_, depth) => {
      const branch = i % 3 ** Math.ceil((DEPTH - depth) / 4);
      const name = `function_${DEPTH - depth}_${branch}`;
      return profile.frames.intern({ symbol: name, name, module: '/opt/bench', kind: 'native' });
    });
    profile.add(profile.stack(process, frames), 1 + (i % THREADS), 1 + (i % 7));
  }
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/** Milliseconds that the page's thread has computed, from its start. */
async function threadTime(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
}

async function measure(stacks: number): Promise<void> {
  const profile = new Profile(Infinity);
  const process = profile.addProcess(1, 'bench');
  grow(profile, process, stacks);
  const { browser, context } = await openBrowser();
  const panel = await PanelPage.open(context, profile);
  try {
    const session = await panel.page.context().newCDPSession(panel.page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    await panel.tick(1);
    const times: number[] = [];
    for (let round = 2; round < 2 + ROUNDS; round++) {
      grow(profile, process, stacks);
      const before = await threadTime(session);
      await panel.tick(round);
      times.push((await threadTime(session)) - before);
    }
    const [usual, worst] = [median(times), Math.max(...times)].map((time) => time.toFixed(0));
    console.log(`${stacks} stacks x ${DEPTH}: refresh ${usual} ms, worst ${worst} ms`);
  } finally {
    await panel.close();
    await browser.close();
  }
}

for (const stacks of SIZES) await measure(stacks);
