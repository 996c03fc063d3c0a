/**
 * A recording on an overloaded machine: BUSY processes that never sleep, each in a session of its own,
 * so that the kernel gives a recording no larger share of the CPUs than any of them.
 *
 *   npm run build && sudo node --import tsx bench/overload.ts [BUSY [BPFTRACE]]
 *
 * Printed: how long after the start what happened, and what was lost. The bars, for 10 processes on
 * 2 CPUs: the first report is on disk within 5 s, and at most 2 % is lost at 99 Hz.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatCount } from '../src/core/accounting';
import { Cli } from '../test/support/cli';
import { readEnd, type SoakEnd } from '../test/support/soakJudge';
import { tempDir } from '../test/support/tempDir';
import { startWorkload } from '../test/support/workloads';

const busy = Number(process.argv[2] ?? 10);
const bpftrace = process.argv[3];
const SECONDS = 15;
const HZ = 99;
/** For a start that takes long, and the end. */
const MARGIN_SECONDS = 45;
const FIRST_ROWS_SECONDS = 5;
const MOST_LOST = 0.02;
const LOOK_MS = 20;

/** Lines of the capture that tell of a step, in their order. */
const STEPS: readonly (readonly [string, RegExp])[] = [
  ['HELLO', /^E S HELLO /m],
  ['START', /^E S START /m],
  ['READY', /^O READY (\d+)$/m],
  ['first TICK', /^O TICK [ab] (\d+)$/m],
  ['counted', /^O TOCK [ab]$[^]*^A \{/m],
];
const REPORT = 'report on disk';

type Times = Map<string, number>;

/** The clock that bpftrace tells, too: CLOCK_MONOTONIC. */
const nowSeconds = (): number => Number(process.hrtime.bigint()) / 1e9;

/** By the kernel's clock where the line has it, else when it was seen. */
function look(capture: string, log: string, times: Times): void {
  const text = existsSync(capture) ? readFileSync(capture, 'latin1') : '';
  for (const [name, pattern] of STEPS) {
    if (times.has(name)) continue;
    const found = pattern.exec(text);
    if (!found) break;
    times.set(name, found[1] === undefined ? nowSeconds() : Number(found[1]) / 1e9);
  }
  if (!times.has(REPORT) && statSync(log, { throwIfNoEntry: false }))
    times.set(REPORT, nowSeconds());
}

async function record(folder: string): Promise<{ end: SoakEnd; stderr: string; times: Times }> {
  const [capture, log] = [join(folder, 'capture'), join(folder, 'stack_count.log')];
  const started = nowSeconds();
  const cli = new Cli([
    ...['record', '-u', '-k', '--hz', String(HZ), '--interval', '1', '--duration', String(SECONDS)],
    ...['--format', 'none', '--capture', capture, '-o', folder],
    ...(bpftrace === undefined ? [] : ['--bpftrace', bpftrace]),
  ]);
  const times: Times = new Map();
  const watched = watch(capture, log, times);
  const { code, stderr } = await cli.ended;
  await watched();
  const since = [...times].map(([name, at]): [string, number] => [name, at - started]);
  return { end: readEnd(code, stderr), stderr, times: new Map(since) };
}

/** Looks until all has happened, or it is over. */
function watch(capture: string, log: string, times: Times): () => Promise<void> {
  let over = false;
  const looking = (async () => {
    while (!over && times.size <= STEPS.length) {
      await sleep(LOOK_MS);
      look(capture, log, times);
    }
  })();
  return () => {
    over = true;
    return looking;
  };
}

function judge({ code, samples, outside, lost }: SoakEnd, times: Times): string[] {
  const first = times.get(REPORT) ?? Infinity;
  const share = lost / (samples + outside + lost);
  return [
    ...(code === 0 ? [] : [`it ended with ${code}`]),
    ...(first <= FIRST_ROWS_SECONDS ? [] : [`the first report came after ${first.toFixed(1)} s`]),
    ...(share <= MOST_LOST ? [] : [`${(100 * share).toFixed(1)} % were lost`]),
  ];
}

const loads = [];
for (let number = 0; number < busy; number++)
  loads.push(
    // One thread that burns; the other waits for it.
    await startWorkload('manythreads', {
      seconds: SECONDS + MARGIN_SECONDS,
      args: [1, 0],
      ownSession: true,
    }),
  );
const { end, stderr, times } = await record(tempDir('overload'));
for (const load of loads) await load.stop();
const inOrder = [...times].sort(([, a], [, b]) => a - b);
const steps = inOrder.map(([name, seconds]) => `${name} ${seconds.toFixed(2)} s`).join(', ');
const { samples, outside, lost } = end;
const share = ((100 * lost) / (samples + outside + lost)).toFixed(2);
console.log(
  `${busy} busy processes; after the start: ${steps}; ${formatCount(lost)} lost (${share} %)`,
);
console.log(stderr.trimEnd().split('\n').slice(-4).join('\n'));
const reasons = judge(end, times);
console.log(reasons.length === 0 ? 'PASS' : `FAIL ${reasons.join('; ')}`);
process.exit(reasons.length === 0 ? 0 : 1);
