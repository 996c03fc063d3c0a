/**
 * The longest time for which the extension host of a real VS Code answers nobody while Stack Count
 * records at 999 Hz with its view and its flame graph open. The bar: 50 ms.
 *
 *   npm run build && node --import tsx bench/extensionHost.ts [SECONDS]
 *
 * Needs root, bpftrace and Chromium, and recording must work here. A second extension in the same
 * host measures how late its timer is; the same without a recording is printed beside it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inEditor } from '../test/support/editorSession';
import { packagedExtension } from '../test/support/extensionFolder';
import { FlamegraphTab } from '../test/support/flamegraphTab';
import { startStackCount } from '../test/support/startStackCount';
import { tempDir } from '../test/support/tempDir';
import { startWorkload } from '../test/support/workloads';

const SECONDS = Number(process.argv[2] ?? 20);

/** Writes the largest and the 99th percentile of the delays since it last wrote, each second. */
const PROBE = `
const { monitorEventLoopDelay } = require('node:perf_hooks');
const { appendFileSync } = require('node:fs');
exports.activate = () => {
  const delays = monitorEventLoopDelay({ resolution: 5 });
  delays.enable();
  setInterval(() => {
    appendFileSync(process.env.STACK_COUNT_BENCH_DELAYS, delays.max / 1e6 + ' ' + delays.percentile(99) / 1e6 + '\\n');
    delays.reset();
  }, 1000);
};
`;

/** One more extension, for the same host. */
function probeExtension(): string {
  const folder = tempDir('probe');
  const manifest = {
    ...{ name: 'delay-probe', publisher: 'bench', version: '1.0.0', main: './probe.js' },
    ...{ engines: { vscode: '^1.100.0' }, activationEvents: ['*'], extensionKind: ['workspace'] },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'probe.js'), PROBE);
  return folder;
}

function delaysOf(file: string, from: number): { worst: number; usual: number } {
  const rows = readFileSync(file, 'utf8').trim().split('\n').slice(from);
  const numbers = rows.map((row) => row.split(' ').map(Number));
  const worst = Math.max(...numbers.map(([most = 0]) => most));
  const sorted = numbers.map(([, high = 0]) => high).sort((a, b) => a - b);
  return { worst, usual: sorted[Math.floor(sorted.length / 2)] ?? NaN };
}

const wait = (seconds: number) => new Promise((resolve) => setTimeout(resolve, 1_000 * seconds));

async function main(): Promise<void> {
  const folder = tempDir('bench-host');
  const delays = join(tempDir('delays'), 'delays.txt');
  const workload = await startWorkload('known', { seconds: 3 * SECONDS + 60 });
  const settings = { 'stackCount.frequency': 999 };
  const environment = { STACK_COUNT_BENCH_DELAYS: delays };
  const more = [probeExtension()];
  const options = { extension: packagedExtension(), more, folder, settings, environment };
  await inEditor('bench host', options, async (workbench) => {
    await workbench.showContainer('Stack Count');
    await wait(SECONDS);
    const idle = delaysOf(delays, -SECONDS + 2);
    await startStackCount(workbench, workload.pid);
    await workbench.treeView('Processes').row('known', 20_000);
    await new FlamegraphTab(workbench.page).drawn();
    await wait(SECONDS);
    const recording = delaysOf(delays, -SECONDS + 2);
    for (const [name, { worst, usual }] of Object.entries({ idle, recording })) {
      console.log(`${name}: worst ${worst.toFixed(1)} ms, 99th percentile ${usual.toFixed(1)} ms`);
    }
    await workbench.runCommand('Stack Count: Stop Stack Count');
    await workbench.notifications.shows(/Stack Count saved/);
  });
  await workload.stop();
}

await main();
