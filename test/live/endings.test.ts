/** Every way a recording can end: files written, the right words and code, nothing left running. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Cli, closingLine, entries, readLog, runCli, sum } from '../support/cli';
import { withoutBpftrace, withoutCompiler, withoutSystemTests } from '../support/machine';
import { isAlive } from '../support/processes';
import { tempDir } from '../support/tempDir';
import { waitFor } from '../support/waitFor';
import { startWorkload, type Workload } from '../support/workloads';

const skip = withoutBpftrace() || withoutCompiler();

/** A second after a kill nothing is left: see ARCHITECTURE.md. */
const GONE_MS = 1_000;

function allGone(pids: readonly number[]): Promise<number[]> {
  return waitFor(
    'everything it started to be gone',
    () => pids.filter(isAlive),
    (left) => left.length === 0,
    {
      withinMs: GONE_MS,
    },
  );
}

describe('endings', { skip }, () => {
  let workload: Workload;
  before(async () => {
    workload = await startWorkload('known', { seconds: 240 });
  });
  after(() => workload.stop());

  /** A recording that has reported at least once. */
  async function recording(
    name: string,
    ...words: string[]
  ): Promise<{ cli: Cli; folder: string }> {
    const folder = tempDir(name);
    const target = ['-u', '-p', String(workload.pid), '--interval', '1', '-o', folder];
    const cli = new Cli([
      'record',
      ...target,
      ...(words.length > 0 ? words : ['--format', 'none']),
    ]);
    await waitFor('the first report', () => existsSync(join(folder, 'stack_count.log')));
    return { cli, folder };
  }

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    test(`${signal} ends it as --duration does: files written, exit 0`, async () => {
      const { cli, folder } = await recording('signal');
      const helpers = cli.helpers();
      cli.kill(signal);
      const end = await cli.ended;
      assert.deepEqual([end.code, end.signal], [0, null], end.stderr);
      assert.equal(sum(entries(readLog(folder))), closingLine(end.stderr).samples);
      assert.deepEqual(readdirSync(folder).sort(), ['stack.svg', 'stack_count.log']);
      await allGone(helpers);
    });
  }

  test('kill -9 of the tool: its last report is on disk, and no bpftrace is left a second later', async () => {
    const { cli, folder } = await recording('kill9');
    const helpers = cli.helpers();
    assert.ok(helpers.length >= 3, `${helpers.length} helpers`);
    cli.kill('SIGKILL');
    await allGone(helpers);
    assert.ok(sum(entries(readLog(folder))) > 0);
  });

  test('bpftrace killed: what was counted is saved, the code is 5, and it is said', async () => {
    const { cli, folder } = await recording('bpftrace');
    const helpers = cli.helpers();
    process.kill(await cli.bpftrace(), 'SIGKILL');
    const end = await cli.ended;
    assert.equal(end.code, 5, end.stderr);
    assert.match(end.stderr, /bpftrace was ended from outside by signal 9\./);
    assert.equal(sum(entries(readLog(folder))), closingLine(end.stderr).samples);
    await allGone(helpers);
  });

  test('the helper killed: the same', async () => {
    const { cli, folder } = await recording('helper');
    const helpers = cli.helpers();
    const [helper = 0] = helpers;
    process.kill(helper, 'SIGKILL');
    const end = await cli.ended;
    assert.equal(end.code, 5, end.stderr);
    assert.match(end.stderr, /The helper that runs bpftrace was ended from outside\./);
    assert.equal(sum(entries(readLog(folder))), closingLine(end.stderr).samples);
    await allGone(helpers);
  });

  test('a bpftrace that hangs is killed at the stop, within 6 s, and what is missing is said', async () => {
    const { cli, folder } = await recording('hang');
    const helpers = cli.helpers();
    const bpftrace = await cli.bpftrace();
    process.kill(bpftrace, 'SIGSTOP');
    const stopped = performance.now();
    cli.kill('SIGTERM');
    const end = await cli.ended;
    assert.ok(performance.now() - stopped < 8_000);
    assert.equal(end.code, 5, end.stderr);
    assert.match(end.stderr, /bpftrace was ended from outside by signal 9\./);
    assert.equal(sum(entries(readLog(folder))), closingLine(end.stderr).samples);
    await allGone(helpers);
  });

  test('a reader that goes away ends it, with the files written', async () => {
    const { cli, folder } = await recording('pipe', '--format', 'json');
    cli.closeStdout();
    const end = await cli.ended;
    assert.equal(end.code, 0, end.stderr);
    assert.equal(sum(entries(readLog(folder))), closingLine(end.stderr).samples);
  });

  test('a second recording in the same folder is refused with the name of the first', async () => {
    const { cli, folder } = await recording('busy');
    const second = await runCli(['record', '-o', folder]);
    assert.equal(second.code, 2);
    assert.match(
      second.stderr,
      new RegExp(
        `stack-count record \\(process ${cli.pid}\\) is recording in ${folder} already\\.`,
      ),
    );
    assert.equal(isAlive(cli.pid), true);
    cli.kill('SIGTERM');
    await cli.ended;
  });

  test('a process that ends while it is recorded keeps its stacks', async () => {
    const folder = tempDir('ended');
    const short = await startWorkload('known', { seconds: 6 });
    const end = await runCli([
      'record',
      '-u',
      '-p',
      String(short.pid),
      '--duration',
      '8',
      '-o',
      folder,
      '--format',
      'none',
    ]);
    const list = entries(readLog(folder));
    assert.equal(end.code, 0);
    assert.ok(sum(list.filter(({ symbols }) => symbols.includes('leaf'))) > 0);
  });

  test(
    'a full disk: the old file is kept, it is said, the report was printed, the code is 1',
    { skip: withoutSystemTests() },
    async () => {
      const folder = tempDir('full');
      const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
      assert.equal(mounted.status, 0, String(mounted.stderr));
      try {
        writeFileSync(join(folder, 'stack_count.log'), 'old');
        writeFileSync(join(folder, 'filler'), '');
        spawnSync('dd', ['if=/dev/zero', `of=${join(folder, 'filler')}`, 'bs=1k']);
        const end = await runCli(['record', '-u', '-k', '--duration', '3', '-o', folder]);
        assert.equal(end.code, 2, end.stderr);
        assert.match(end.stderr, /no space left/);
        truncateSync(join(folder, 'filler'), 56 * 1024);
        const later = await runCli(['record', '-u', '-k', '--duration', '3', '-o', folder]);
        assert.equal(later.code, 1, later.stderr);
        assert.match(later.stderr, /stack_count\.log has no space left on its disk/);
        assert.equal(readFileSync(join(folder, 'stack_count.log'), 'utf8'), 'old');
        assert.ok(
          sum(
            entries(JSON.parse(later.stdout.slice(later.stdout.lastIndexOf('\n{') + 1)) as never),
          ) > 0,
        );
      } finally {
        spawnSync('umount', [folder]);
      }
    },
  );
});

describe('bpftrace that does not work', { skip }, () => {
  /** A program that root owns in place of bpftrace. */
  function fake(name: string, script: string): string {
    const path = join(tempDir(name), 'bpftrace');
    writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return path;
  }
  const CASES: readonly [string, string, number, RegExp][] = [
    ['too old', 'echo "bpftrace v0.16.0"', 4, /bpftrace 0\.16\.0 is too old/],
    ['broken', 'exit 127', 4, /does not start/],
    [
      'one that fails to compile',
      '[ "$1" = --version ] && echo "bpftrace v0.17.0" && exit; echo "stdin:1:2: ERROR: syntax error" >&2; exit 1',
      5,
      /bpftrace failed: .*syntax error/,
    ],
    [
      'one that is not let in',
      '[ "$1" = --version ] && echo "bpftrace v0.23.0" && exit; echo "ERROR: Error creating map: Operation not permitted" >&2; exit 1',
      5,
      /kernel does not let bpftrace in/,
    ],
  ];
  for (const [name, script, code, message] of CASES) {
    test(`${name}: code ${code} and one clear sentence`, async () => {
      const folder = tempDir('broken');
      writeFileSync(join(folder, 'stack_count.log'), 'older');
      const end = await runCli(['record', '-o', folder, '--bpftrace', fake('fake', script)]);
      assert.equal(end.code, code, end.stderr);
      assert.match(end.stderr, message);
      closingLine(end.stderr);
      assert.equal(end.stdout, '');
      assert.equal(readFileSync(join(folder, 'stack_count.log'), 'utf8'), 'older');
    });
  }

  test('missing: code 4 and what to install', async () => {
    const end = await runCli([
      'record',
      '-o',
      tempDir('missing'),
      '--bpftrace',
      '/nonexistent/bpftrace',
    ]);
    assert.equal(end.code, 4, end.stderr);
    assert.match(end.stderr, /bpftrace is not installed.*apt install bpftrace/);
  });

  test('one that others may write is not run as root', async () => {
    const path = fake('writable', 'echo "bpftrace v0.17.0"');
    spawnSync('chmod', ['0777', path]);
    const end = await runCli(['record', '-o', tempDir('writable'), '--bpftrace', path]);
    assert.equal(end.code, 4, end.stderr);
  });
});
