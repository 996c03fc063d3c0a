/** The load monitor on real load, and what it writes. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Cli, CLI, closingLine, runCli } from '../support/cli';
import { withoutBpftrace, withoutCompiler } from '../support/machine';
import { commandLine } from '../support/processes';
import { tempDir } from '../support/tempDir';
import { waitFor } from '../support/waitFor';
import { startWorkload, type Workload } from '../support/workloads';

const skip = withoutBpftrace() || withoutCompiler();

/** Crowds every run queue, and leaves the CPU to whoever else wants it. */
async function crowd(threads: number): Promise<Workload> {
  const load = await startWorkload('manythreads', { seconds: 120, args: [threads, 0] });
  for (const { tid } of load.threads()) setPriority(tid, 19);
  return load;
}

function sumOf(pattern: RegExp, text: string): number {
  return [...text.matchAll(pattern)].reduce((sum, found) => sum + Number(found[1]), 0);
}

function runsBpftrace(cli: Cli): boolean {
  return cli.helpers().some((pid) => commandLine(pid).includes('-e'));
}

describe('the load monitor', { skip }, () => {
  test('records while the run queue is over the threshold, and all its outputs agree', async () => {
    const folder = tempDir('monitor');
    const words = ['monitor', '-u', '-k', '--threshold', '12', '--interval', '1', '-o', folder];
    const cli = new Cli(words);
    await waitFor('a helper', () => cli.helpers().length > 2);
    const load = await crowd(48);
    await waitFor('recording', () => /^Recording: run queue/m.test(cli.stderr), Boolean, {
      withinMs: 15_000,
    });
    await waitFor('a report', () => cli.stdout.length > 0);
    await load.stop();
    const ended = performance.now();
    await waitFor(
      'waiting again',
      () => /^Waiting: run queue/m.test(cli.stderr.slice(cli.stderr.lastIndexOf('Recording:'))),
      Boolean,
      { withinMs: 20_000 },
    );
    assert.ok(performance.now() - ended < 5_000, 'the gate flips within two ticks');
    cli.kill('SIGTERM');
    const end = await cli.ended;
    assert.equal(end.code, 0, end.stderr);
    const { samples, lost } = closingLine(end.stderr);
    assert.ok(samples > 50);
    assert.ok(lost <= samples / 50, `${lost} lost of ${samples}`);
    const [last = ''] = end.stdout
      .split(/^_+\d\d:\d\d:\d\d_+\n\n/m)
      .filter((text) => text !== '')
      .slice(-1);
    assert.equal(sumOf(/^stackid {4}count {2}pid {4}comm {12}\n\d+ +(\d+) *$/gm, last), samples);
    assert.equal(sumOf(/^\]: (\d+)$/gm, readFileSync(join(folder, 'stack.bpf'), 'utf8')), samples);
    assert.match(
      readFileSync(join(folder, 'stack.svg'), 'utf8'),
      new RegExp(`${samples.toLocaleString('en')} samples`),
    );
    assert.match(
      end.stderr,
      /The run-queue was over 12 (once|\d+ times):\n(?: {2}.*\n)*? {2}\d\d:\d\d:\d\d for \d+ s, peak \d+/,
    );
  });

  test('a load that never rises records nothing, says so, and leaves older files alone', async () => {
    const folder = tempDir('monitor');
    writeFileSync(join(folder, 'stack.svg'), 'older');
    const end = await runCli(['monitor', '--threshold', '5000', '--duration', '4', '-o', folder]);
    assert.equal(end.code, 0, end.stderr);
    assert.equal(end.stdout, '');
    assert.match(end.stderr, /The run-queue was never over 5000, so nothing was recorded\./);
    assert.equal(closingLine(end.stderr).samples, 0);
    assert.equal(readFileSync(join(folder, 'stack.svg'), 'utf8'), 'older');
    assert.equal(existsSync(join(folder, 'stack.bpf')), false);
  });

  for (const metric of ['load-average', 'pressure']) {
    test(`${metric}: bpftrace runs only while it is over the threshold`, async () => {
      const folder = tempDir('monitor');
      const highest = metric === 'pressure' ? '100' : '100000';
      const waiting = new Cli([
        'monitor',
        '--metric',
        metric,
        '--threshold',
        highest,
        '-o',
        folder,
      ]);
      await waitFor('a helper', () => waiting.helpers().length > 2);
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      assert.equal(runsBpftrace(waiting), false);
      waiting.kill('SIGTERM');
      assert.equal((await waiting.ended).code, 0);

      const load = await crowd(8);
      const words = ['--metric', metric, '--threshold', '0', '--duration', '6', '-u', '-k'];
      const end = await runCli(['monitor', ...words, '-o', folder]);
      await load.stop();
      assert.equal(end.code, 0, end.stderr);
      assert.ok(closingLine(end.stderr).samples > 50, end.stderr);
      assert.match(end.stderr, /was over 0 once:/);
    });
  }
});

describe('stack-count convert', { skip }, () => {
  test('a real recording keeps every count through every format', async () => {
    const folder = tempDir('convert');
    // On an idle machine there may be nothing at all to record in three seconds.
    const load = await crowd(4);
    const words = ['record', '-u', '-k', '--duration', '3', '--format', 'none', '-o', folder];
    const end = await runCli(words);
    await load.stop();
    const { samples } = closingLine(end.stderr);
    assert.ok(samples > 50, end.stderr);
    const log = join(folder, 'stack_count.log');
    const to = (file: string, target: string): string =>
      spawnSync(process.execPath, [CLI, 'convert', file, '--to', target], {
        encoding: 'utf8',
        maxBuffer: 1e9,
      }).stdout;
    const bpf = join(folder, 'x.bpf');
    writeFileSync(bpf, to(log, 'bpftrace'));
    for (const file of [log, bpf]) {
      assert.equal(sumOf(/ (\d+)$/gm, to(file, 'folded')), samples, file);
      assert.equal(sumOf(/^\]: (\d+)$/gm, to(file, 'bpftrace')), samples, file);
      assert.ok(to(file, 'svg').includes(`${samples.toLocaleString('en')} samples`), file);
    }
    const { profiles } = JSON.parse(to(log, 'speedscope')) as { profiles: { weights: number[] }[] };
    const [all] = profiles;
    assert.equal(
      all?.weights.reduce((sum, weight) => sum + weight, 0),
      samples,
    );
  });
});
