/**
 * A long recording of all processes, both stacks, beside a load that makes new stacks and new
 * processes all the time, so that bpftrace 0.17 has to be renewed again and again.
 *
 *   npm run build && sudo node --import tsx bench/soak.ts
 *     [--seconds 1800] [--hz 499] [--bpftrace PATH] [--busy 2] [--editor] [--keep]
 *
 * `--busy`: processes of the load that are busy; `--editor`: the engine of the editor records in place
 * of the terminal tool; `--keep`: the capture stays, as it does when the run has failed.
 *
 * The bars: every second is accounted for, by the kernel's clock and counters (test/support/soakJudge.ts);
 * memory grows by less than 10 % after the first third (runs of 10 minutes and more); no complaint.
 * The last word is PASS or FAIL. The capture takes about 70 MB a minute.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatCount } from '../src/core/accounting';
import { systemBpftrace } from '../test/support/bpftraces';
import { runSoak, type SoakResult } from '../test/support/soak';
import type { Gap } from '../test/support/soakCapture';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '1800' },
    hz: { type: 'string', default: '499' },
    busy: { type: 'string', default: '2' },
    bpftrace: { type: 'string' },
    editor: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});

/** Lines of what it said. */
const TOLD = 8;

function describeGaps(gaps: readonly Gap[]): string {
  const sum = gaps.reduce((total, { seconds }) => total + seconds, 0);
  const longest = Math.max(0, ...gaps.map(({ seconds }) => seconds));
  return `${gaps.length} gaps, longest ${longest.toFixed(2)} s, together ${sum.toFixed(1)} s`;
}

function describeRuns({ capture }: SoakResult): string {
  const { starts, readies, exits, renewals, broken } = capture;
  return `bpftrace started ${starts} times, ready ${readies}, ended ${exits} (${broken} without last maps), renewals asked for ${renewals}`;
}

function describeSamples({ capture, end }: SoakResult): string {
  const { samples, outside, lost, renewed } = end;
  const share = ((100 * lost) / (samples + outside + lost)).toFixed(1);
  return `${formatCount(samples)} recorded, ${formatCount(outside)} outside, ${formatCount(lost)} lost (${share} %, ${formatCount(renewed)} in gaps); the kernel counted ${formatCount(capture.fired)}`;
}

function describeMemory({ memory }: SoakResult): string {
  const [from, to, most] = [memory.from, memory.to, memory.most].map((one) => one.toFixed(0));
  return `memory ${from} MB at a third, ${to} MB at the end, at most ${most} MB`;
}

function describeSize({ captureBytes, capture }: SoakResult): string {
  const megabytes = captureBytes / 1e6;
  return `capture ${megabytes.toFixed(0)} MB, ${((60 * megabytes) / capture.seconds).toFixed(0)} MB a minute`;
}

function report(result: SoakResult): void {
  const { capture, words, reasons } = result;
  const row = [
    `bpftrace ${values.bpftrace ?? systemBpftrace().path}`,
    `${capture.seconds.toFixed(0)} s in ${capture.ticks} ticks`,
    describeRuns(result),
    describeGaps(capture.gaps),
    describeSamples(result),
    describeMemory(result),
    describeSize(result),
  ];
  console.log(row.join('; '));
  console.log(words.trimEnd().split('\n').slice(-TOLD).join('\n'));
  console.log(reasons.length === 0 ? 'PASS' : `FAIL ${reasons.join('; ')}`);
}

const folder = mkdtempSync(join(tmpdir(), 'stack-count-soak-'));
const result = await runSoak({
  seconds: Number(values.seconds),
  hz: Number(values.hz),
  busy: Number(values.busy),
  bpftrace: values.bpftrace,
  editor: values.editor,
  folder,
});
report(result);
const passed = result.reasons.length === 0;
if (passed && !values.keep) rmSync(folder, { recursive: true });
else console.log(`The capture is kept: ${result.captureFile}`);
process.exit(passed ? 0 : 1);
