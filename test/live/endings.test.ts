/**
 * How a recording ends: files written, the right words and code, nothing left running. What can happen
 * to it from outside is in faults.test.ts.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { REPOSITORY } from '../../scripts/lib/paths.mjs';
import { helperText } from '../../src/helper/helperText';
import { DEFAULT_CAPTURE, helperArguments } from '../../src/ticks/options';
import { bpftraces, systemBpftrace } from '../support/bpftraces';
import { Cli, closingLine, entries, readLog, runCli, sum } from '../support/cli';
import { withoutBpftrace, withoutCompiler, withoutSystemTests } from '../support/machine';
import { commandLine, isAlive } from '../support/processes';
import { tempDir } from '../support/tempDir';
import { waitFor } from '../support/waitFor';
import { startWorkload, type Workload } from '../support/workloads';

const skip = withoutBpftrace() || withoutCompiler();

/** A second after a kill nothing is left: see ARCHITECTURE.md. */
const GONE_MS = 1_000;

/** The shells of a helper, the outermost first, by what each is there for. */
const SHELLS = ['started first', 'around the pipe', 'that obeys', 'that waits for bpftrace'];

function shellsOf(helpers: readonly number[]): number[] {
  const shells = helpers.filter((pid) => commandLine(pid)[1] === '-c');
  assert.equal(shells.length, SHELLS.length, `${shells.length} shells`);
  return shells;
}

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
    workload = await startWorkload('known', { seconds: 240, polite: true });
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

  /** @param victims chooses among its shells */
  async function killShells(
    bpftrace: string,
    victims: (shells: readonly number[]) => readonly number[],
  ): Promise<string> {
    const words = ['--format', 'none', '--bpftrace', bpftrace];
    const { cli, folder } = await recording('helper', ...words);
    const sampling = await cli.bpftrace();
    const helpers = cli.helpers();
    for (const pid of victims(shellsOf(helpers))) process.kill(pid, 'SIGKILL');
    await allGone([sampling]);
    const end = await cli.ended;
    assert.equal(end.code, 5, end.stderr);
    assert.equal(sum(entries(readLog(folder))), closingLine(end.stderr).samples);
    await allGone(helpers);
    return end.stderr;
  }

  SHELLS.forEach((name, at) =>
    test(`the shell ${name} killed: the same, and bpftrace ends within a second`, async () => {
      const said = await killShells(systemBpftrace().path, (shells) => shells.slice(at, at + 1));
      assert.match(said, /The helper that runs bpftrace was ended from outside\./);
    }),
  );
  for (const { path, version } of bpftraces()) {
    test(`all shells of the helper killed at once, with bpftrace ${version}: the same`, async () => {
      const said = await killShells(path, (shells) => shells);
      assert.match(said, /The helper that runs bpftrace was ended from outside\./);
    });
  }

  test('a stop leaves nothing running, not even for a moment', async () => {
    const { cli } = await recording('leftover');
    const bpftrace = await cli.bpftrace();
    const seen = new Set(cli.helpers());
    const before = seen.size;
    // So that what the helper starts at the stop is there long enough to be seen.
    process.kill(bpftrace, 'SIGSTOP');
    cli.kill('SIGTERM');
    const look = (): unknown => cli.helpers().forEach((pid) => seen.add(pid));
    await waitFor('something to be started', look, () => seen.size > before, { everyMs: 5 });
    process.kill(bpftrace, 'SIGCONT');
    const end = await cli.ended;
    assert.deepEqual([...seen].filter(isAlive), []);
    assert.equal(end.code, 0, end.stderr);
  });

  test('a terminal cannot signal bpftrace: Ctrl-C would be a first signal, and ours the second', async () => {
    const { cli } = await recording('session');
    const bpftrace = await cli.bpftrace();
    const stat = readFileSync(`/proc/${bpftrace}/stat`, 'utf8');
    const [, , group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    cli.kill('SIGTERM');
    await cli.ended;
    assert.deepEqual([group, session], [String(bpftrace), String(bpftrace)]);
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
    const short = await startWorkload('known', { seconds: 6, polite: true });
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

  /** What a helper says that looks for bpftrace in these places, as its own list is. */
  function look(...paths: string[]): string {
    const list = `BPFTRACE_PATHS='${paths.join(' ')}'`;
    const text = helperText().replace(/^BPFTRACE_PATHS=.*$/m, () => list);
    const words = ['-c', text, 'stack-count-helper', ...helperArguments(DEFAULT_CAPTURE)];
    return spawnSync('/bin/sh', words, { input: 'stop\n', encoding: 'utf8' }).stderr;
  }

  test('in its list of places every folder has to be root’s alone, and nothing may be a link', () => {
    const script = 'echo "bpftrace v0.23.0"';
    const inTmp = fake('folder', script);
    assert.match(look(inTmp, '/nonexistent'), /^S FAIL bpftrace-missing$/m);
    // What root has named itself is root's own affair.
    assert.match(look(inTmp), /^S HELLO 1 0\.23\.0 /m);
    const folder = mkdtempSync('/var/lib/stack-count-test-');
    try {
      const path = join(folder, 'bpftrace');
      writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      assert.match(look('/nonexistent', path), /^S HELLO 1 0\.23\.0 /m);
      symlinkSync('bpftrace', join(folder, 'link'));
      assert.match(look(join(folder, 'link'), '/nonexistent'), /^S FAIL bpftrace-missing$/m);
      chmodSync(dirname(path), 0o775);
      assert.match(look(path, '/nonexistent'), /^S FAIL bpftrace-missing$/m);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('one that others may write is not run as root', async () => {
    const path = fake('writable', 'echo "bpftrace v0.17.0"');
    spawnSync('chmod', ['0777', path]);
    const end = await runCli(['record', '-o', tempDir('writable'), '--bpftrace', path]);
    assert.equal(end.code, 4, end.stderr);
  });
});

test(
  'an installer that was killed does not keep the next one from removing everything',
  { skip: withoutSystemTests() },
  () => {
    const installer = readFileSync(join(REPOSITORY, 'bpf', 'install.sh'), 'utf8');
    // In file systems of its own: nothing of this machine changes.
    const script = `set -e
      for each in /usr/libexec /usr/share; do mount -t tmpfs -o mode=755 tmpfs $each; done
      mkdir -p -m 755 /usr/share/polkit-1/actions
      sh -c "$0" installer install HELPER POLICY
      touch /usr/libexec/stack-count/helper.aB3dE6gH
      touch /usr/share/polkit-1/actions/io.github.stack-count.policy.aB3dE6gH
      touch /usr/share/polkit-1/actions/another.policy
      sh -c "$0" installer uninstall
      find /usr/libexec /usr/share/polkit-1 -mindepth 1`;
    const words = ['--mount', '/bin/sh', '-c', script, installer];
    const { status, stdout, stderr } = spawnSync('unshare', words, { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    const left = ['/usr/share/polkit-1/actions', '/usr/share/polkit-1/actions/another.policy'];
    assert.deepEqual(stdout.trim().split('\n').sort(), left);
  },
);
