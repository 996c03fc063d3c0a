/** The load monitor on real load: alone on the machine, since it counts what everybody wants to run. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Cli, closingLine } from '../support/cli';
import { crowd } from '../support/crowd';
import { withoutBpftrace, withoutCompiler } from '../support/machine';
import { tempDir } from '../support/tempDir';
import { waitFor } from '../support/waitFor';

const skip = withoutBpftrace() || withoutCompiler();

function sumOf(pattern: RegExp, text: string): number {
  return [...text.matchAll(pattern)].reduce((sum, found) => sum + Number(found[1]), 0);
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
});
