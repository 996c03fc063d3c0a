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
const WINDOW = ['-u', '-k', '--hz', '199', '--interval', '1'];
/** Learning windows, and some more. */
const QUIET_SECONDS = 12;
/** The window in which it began and the next; one more may be under way to us when it begins. */
const REPORTS = 3;
const SAID = /^Unusual: burst \(\d+\): new: \d+ samples in 1 s,.* since [\d:]+: work < sudden/m;
/** A quiet minute may have so many labels. */
const MOST_QUIET = 3;
/** On a busy machine reports are late, but no fewer. */
const PATIENCE = { withinMs: 30_000 };

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

/** Reports it has printed: each is a table, whose first line is its title. */
function reports({ stdout }: Cli): number {
  return stdout.match(/^\d+ s, [\d,]+ samples/gm)?.length ?? 0;
}

/** Waits until `sudden` has burnt for two reports. */
async function burnForTwoReports(cli: Cli, burst: Workload): Promise<void> {
  await burst.says('SUDDEN', 30_000);
  assert.doesNotMatch(cli.stderr, /Unusual/);
  const last = reports(cli) + REPORTS;
  await waitFor(
    'two reports more',
    () => reports(cli),
    (count) => count >= last,
    PATIENCE,
  );
}

describe('labels', { skip }, () => {
  test('the function that begins to burn is labelled within two windows, and nothing else', async () => {
    const folder = tempDir('labels');
    const capture = join(folder, 'burst.capture');
    const steady = await startWorkload('known', { seconds: 60 });
    const burst = await startWorkload('burst', { seconds: 60, args: [QUIET_SECONDS + 3] });
    const pids = pidsOf(steady, burst);
    const table = ['--format', 'table', '--capture', capture];
    const cli = new Cli(['record', ...WINDOW, '-p', pids, '-o', folder, ...table]);
    try {
      await burnForTwoReports(cli, burst);
    } finally {
      cli.kill('SIGTERM');
      await cli.ended;
      await Promise.all([steady.stop(), burst.stop()]);
    }
    assert.match(cli.stderr, SAID);
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
    const where = ['--format', 'none', '-o', folder, '--duration', '25'];
    const { stderr } = await runCli(['record', ...WINDOW, '-p', pids, ...where]);
    await Promise.all(workloads.map((workload) => workload.stop()));
    const messages = stderr.match(/^Unusual/gm) ?? [];
    assert.ok(messages.length <= 1, stderr);
    const unusual = labelled(readLog(folder), 1);
    assert.ok(unusual.length <= MOST_QUIET, JSON.stringify(unusual));
    assert.ok(labelled(readLog(folder), 0).length > 0);
  });
});
