/** The load monitor with thresholds that no other load gets over or under, so that others may run beside it. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Cli, closingLine, runCli } from '../support/cli';
import { crowd } from '../support/crowd';
import { withoutBpftrace, withoutCompiler } from '../support/machine';
import { commandLine } from '../support/processes';
import { tempDir } from '../support/tempDir';
import { waitFor } from '../support/waitFor';

const skip = withoutBpftrace() || withoutCompiler();

function runsBpftrace(cli: Cli): boolean {
  return cli.helpers().some((pid) => commandLine(pid).includes('-e'));
}

describe('the load monitor', { skip }, () => {
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
