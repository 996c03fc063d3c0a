/** Every format of a real recording has its counts. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { CLI, closingLine, runCli } from '../support/cli';
import { crowd } from '../support/crowd';
import { withoutBpftrace, withoutCompiler } from '../support/machine';
import { tempDir } from '../support/tempDir';

const skip = withoutBpftrace() || withoutCompiler();

function sumOf(pattern: RegExp, text: string): number {
  return [...text.matchAll(pattern)].reduce((sum, found) => sum + Number(found[1]), 0);
}

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
