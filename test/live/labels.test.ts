/** Labels on real processes: a function that begins to burn is labelled, what is steady is not. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Cli, readLog, runCli, type Log } from '../support/cli';
import { withoutBpftrace, withoutCompiler } from '../support/machine';
import { tempDir } from '../support/tempDir';
import { waitFor } from '../support/waitFor';
import { startWorkload, type Workload } from '../support/workloads';

const skip = withoutBpftrace() || withoutCompiler();

/** One report a second, to be short: a window has as many samples as one of 5 s has at 40 Hz. */
const WINDOW = ['-u', '-k', '--hz', '199', '--interval', '1', '--format', 'none'];
/** Learning windows, and some more. */
const QUIET_SECONDS = 12;
/** Two windows, the rest of the one in which it began, and the time that a report takes. */
const WITHIN_MS = 4_000;

interface Labelled {
  readonly name: string;
  readonly symbols: readonly string[];
}

function labelled(log: Log, label: null | 0 | 1): Labelled[] {
  return Object.values(log).flatMap(({ name, pids }) =>
    Object.values(pids)
      .flatMap((stacks) => Object.values(stacks))
      .filter((stack) => stack.label === label)
      .map(({ trace }) => ({ name, symbols: trace.map((at) => at.slice(at.indexOf(':') + 1)) })),
  );
}

function pidsOf(...workloads: readonly Workload[]): string {
  return workloads.map(({ pid }) => pid).join(' ');
}

describe('labels', { skip }, () => {
  test('the function that begins to burn is labelled within two windows, and nothing else', async () => {
    const folder = tempDir('labels');
    const capture = join(folder, 'burst.capture');
    const steady = await startWorkload('known', { seconds: 60 });
    const burst = await startWorkload('burst', { seconds: 60, args: [QUIET_SECONDS + 3] });
    const pids = pidsOf(steady, burst);
    const cli = new Cli(['record', ...WINDOW, '-p', pids, '-o', folder, '--capture', capture]);
    await burst.says('SUDDEN', 30_000);
    assert.doesNotMatch(cli.stderr, /Unusual/);
    const said = /^Unusual: burst \(\d+\): new: \d+ samples in 1 s, since [\d:]+: work < sudden/m;
    const look = (): boolean => said.test(cli.stderr);
    await waitFor('the label', look, Boolean, { withinMs: WITHIN_MS });
    cli.kill('SIGTERM');
    await cli.ended;
    await Promise.all([steady.stop(), burst.stop()]);
    const unusual = labelled(readLog(folder), 1);
    assert.ok(unusual.some(({ symbols }) => symbols[0] === 'work'));
    assert.deepEqual(
      unusual.filter(({ name, symbols }) => name !== 'burst' || !symbols.includes('sudden')),
      [],
    );
    assert.ok(labelled(readLog(folder), 0).some(({ symbols }) => symbols.includes('steady')));
    assert.match(readFileSync(join(folder, 'stack.svg'), 'utf8'), /\d unusual/);

    const again = tempDir('labels-again');
    const elsewhere = { env: { ...process.env, TZ: 'Asia/Tokyo' } };
    await runCli(['record', '--replay', capture, '-o', again, '--format', 'none'], elsewhere);
    const bytes = (at: string): string => readFileSync(join(at, 'stack_count.log'), 'utf8');
    assert.equal(bytes(again), bytes(folder));
  });

  test('while nothing changes there are no labels, or one', async () => {
    const folder = tempDir('quiet');
    const workloads = await Promise.all([
      startWorkload('known', { seconds: 60 }),
      startWorkload('manythreads', { seconds: 60, args: [3, 0] }),
    ]);
    const pids = pidsOf(...workloads);
    const { stderr } = await runCli([
      'record',
      ...WINDOW,
      '-p',
      pids,
      '-o',
      folder,
      '--duration',
      '25',
    ]);
    await Promise.all(workloads.map((workload) => workload.stop()));
    assert.ok((stderr.match(/^Unusual/gm) ?? []).length <= 1, stderr);
    assert.ok(labelled(readLog(folder), 0).length > 0);
  });
});
