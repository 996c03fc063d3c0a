/**
 * Every way to root with the real polkit, pkexec, sudo and PAM, as an unprivileged user: granted,
 * denied, dismissed, with nobody to ask, and with a helper that is installed.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { after, afterEach, before, describe, test } from 'node:test';
import { HELPER_PATH, POLICY_PATH } from '../../src/privilege/installedHelper';
import { atExit } from '../support/atExit';
import { closingLine, entries, readLog, type CliEnd } from '../support/cli';
import { packagedExtension } from '../support/extensionFolder';
import { withoutSystemTests } from '../support/machine';
import { allowSudo, givePassword } from '../support/passwords';
import { createPolkitUser, type PolkitUser } from '../support/polkit';
import { cancellingAgent, textAgent } from '../support/polkitAgent';
import { Pty } from '../support/pty';
import { tempDir } from '../support/tempDir';
import { UserCli } from '../support/userCli';
import { startWorkload, type Workload } from '../support/workloads';

const skip = withoutSystemTests();

let user: PolkitUser;
let cli: UserCli;
let folder = '';
let password = '';
before(async () => {
  if (skip) return;
  user = await createPolkitUser('yes');
  cli = new UserCli(user, packagedExtension());
  password = givePassword(user);
  folder = tempDir('privilege');
  user.own(folder);
});
afterEach(() => {
  if (!skip) allowSudo(user, 'none');
});

const RECORD = (): string[] => ['record', '--duration', '1', '--format', 'none', '-o', folder];

function assertRecorded({ code, stderr }: CliEnd, way: string): void {
  assert.equal(code, 0, stderr);
  assert.match(stderr, new RegExp(`Getting root by way of "${way}": [^\n]+\\.\n`));
  assert.ok(closingLine(stderr).samples >= 0);
}

/** With the sentence, and without another way having been tried after the first. */
function assertRefused({ code, stderr }: CliEnd, sentence: RegExp): void {
  assert.equal(code, 3, stderr);
  assert.match(stderr, sentence);
  assert.equal(stderr.match(/Getting root by way of/g)?.length, 1, stderr);
}

describe('pkexec', { skip }, () => {
  test('granted: it records, and says by which way', async () => {
    await user.answer('yes');
    assertRecorded(await cli.run(RECORD()), 'pkexec');
  });

  test('denied: one sentence, and no other way is tried, though sudo would let it in', async () => {
    await user.answer('no');
    allowSudo(user, 'without password');
    assertRefused(await cli.run(RECORD()), /You are not allowed to run the helper as root\. Ask/);
  });

  test('dismissed at a real agent: "cancelled", and no other way is tried', async () => {
    await user.answer('ask');
    allowSudo(user, 'without password');
    const running = cli.start(RECORD());
    const agent = await cancellingAgent(user, running.pid);
    running.release();
    assertRefused(await running.ended, /stack-count: Cancelled: root was not granted\.\n/);
    agent.close();
    assert.match(agent.output, /asked org\.freedesktop\.policykit\.exec/);
  });

  test('a password typed at pkttyagent goes through PAM', async () => {
    await user.answer('ask');
    const running = cli.start(RECORD());
    const agent = await textAgent(user, running.pid);
    running.release();
    await agent.shows(/Password: /);
    agent.type(`${password}\n`);
    assertRecorded(await running.ended, 'pkexec');
    agent.close();
  });

  test('in a terminal pkexec asks there; a wrong password is not accepted', async () => {
    await user.answer('ask');
    const terminal = new Pty((file, args) => user.command(file, args), [...cli.words, ...RECORD()]);
    await terminal.shows(/Password: /);
    terminal.type('wrong\n');
    assert.equal(await terminal.ended, 3, terminal.output);
    assert.match(
      terminal.output,
      /stack-count: (The password was not accepted|You are not allowed)/,
    );
  });

  test('no agent: its own sentence; a sudo that asks nobody is taken instead, and why is said', async () => {
    await user.answer('ask');
    const refused = await cli.run(RECORD());
    assert.equal(refused.code, 3);
    assert.match(
      refused.stderr,
      /stack-count: Nobody can ask for your password here: no polkit agent/,
    );
    allowSudo(user, 'without password');
    const end = await cli.run(RECORD());
    assertRecorded(end, 'sudo');
    assert.match(end.stderr, /no polkit agent is running\. Getting root by way of "sudo"/);
  });

  test('no polkitd: its own sentence', async () => {
    const end = await cli.run(RECORD(), 'no system bus');
    assert.equal(end.code, 3, end.stderr);
    assert.match(end.stderr, /stack-count: The polkit service does not answer/);
  });

  test('not setuid: neither pkexec nor sudo can help, and both are named', async () => {
    const end = await cli.run(RECORD(), 'nosuid');
    assert.equal(end.code, 3, end.stderr);
    assert.match(end.stderr, /pkexec is not setuid root here/);
    assert.match(end.stderr, /stack-count: sudo cannot make root of anybody here/);
  });
});

describe('sudo', { skip }, () => {
  function inTerminal(): Pty {
    const words = [...cli.words, ...RECORD()];
    return new Pty((file, args) => cli.in('no system bus', file, args), words);
  }

  test('where polkit does not answer, sudo asks in the terminal, and PAM takes the password', async () => {
    allowSudo(user, 'with password');
    const terminal = inTerminal();
    await terminal.shows(/reads call stacks as root\. Password for/);
    terminal.type(`${password}\n`);
    assert.equal(await terminal.ended, 0, terminal.output);
    assert.match(terminal.output, /[\d,]+ samples in [\d,]+ stacks of/);
  });

  test('Ctrl-C in the terminal ends the recording as --duration does', async () => {
    allowSudo(user, 'without password');
    // On an idle machine the kernel may have nothing to do for a long time.
    const workload = await startWorkload('known', { seconds: 60, polite: true });
    const words = [...cli.words, 'record', '--format', 'none', '--interval', '1', '-o', folder];
    const terminal = new Pty((file, args) => cli.in('no system bus', file, args), words);
    await terminal.shows(/\r.*[1-9]\d* samples/);
    await workload.stop();
    terminal.type('\u0003');
    assert.equal(await terminal.ended, 0, terminal.output);
    assert.match(terminal.output, /[\d,]+ samples in [\d,]+ stacks of/);
  });

  test('Ctrl-C at its question ends the attempt', async () => {
    allowSudo(user, 'with password');
    const terminal = inTerminal();
    await terminal.shows(/Password for/);
    terminal.type('\u0003');
    assert.notEqual(await terminal.ended, 0, terminal.output);
    assert.doesNotMatch(terminal.output, /samples in [1-9]/);
  });
});

describe('the installed helper', { skip }, () => {
  let workload: Workload;
  before(async () => {
    workload = await startWorkload('known', { seconds: 60, polite: true });
    atExit(removeInstalled);
    await user.answer('yes');
  });
  after(() => {
    workload.stop();
    removeInstalled();
  });

  /** As root, so that a test that fails leaves nothing. */
  function removeInstalled(): void {
    const script = `rm -rf /usr/libexec/stack-count ${POLICY_PATH}`;
    spawnSync('/bin/sh', ['-c', script]);
  }

  const status = (): Promise<CliEnd> => cli.run(['helper', 'status']);

  test('one authentication installs it, root-owned and ours to the last byte', async () => {
    const end = await cli.run(['helper', 'install']);
    assert.equal(end.code, 0, end.stderr);
    assert.equal((await status()).code, 0);
    const modes = spawnSync('stat', [
      '-c',
      '%u:%g:%a',
      '/usr/libexec/stack-count',
      HELPER_PATH,
      POLICY_PATH,
    ]);
    assert.equal(String(modes.stdout), '0:0:755\n0:0:755\n0:0:644\n');
  });

  test('it is asked for in its own words, and its own answer counts', async () => {
    await user.answer({ exec: 'no', record: 'ask', recordOwn: 'no' });
    const running = cli.start(RECORD());
    const agent = await cancellingAgent(user, running.pid);
    running.release();
    assertRefused(await running.ended, /Cancelled/);
    agent.close();
    assert.match(
      agent.output,
      /asked io\.github\.stack-count\.record Stack Count wants to see which code/,
    );
    await user.answer({ exec: 'ask', record: 'yes', recordOwn: 'no' });
    assertRecorded(await cli.run(RECORD()), 'installed');
  });

  test('a user allowed their own processes gets those, and nothing else', async () => {
    await user.answer({ exec: 'no', record: 'no', recordOwn: 'yes' });
    assertRefused(await cli.run(RECORD()), /not allowed/);
    const { file, args, env } = user.command('/bin/sh', ['-c', 'while :; do :; done']);
    const own = spawn(file, args, { env, stdio: 'ignore' });
    const kill = atExit(() => own.kill('SIGKILL'));
    try {
      const end = await cli.run([...RECORD(), '-u', '-k', '--own', '--duration', '2']);
      assertRecorded(end, 'installed');
      const keys = new Set(entries(readLog(folder)).map(({ key }) => Number(key)));
      assert.ok(keys.has(own.pid ?? 0), 'the user’s own process is recorded');
      assert.ok(!keys.has(workload.pid), 'root’s is not');
    } finally {
      kill();
    }
  });

  test('the boundary cannot be talked away: no second word, no variable, no mappings of others', () => {
    const words = ['own=1', 'stacks=kernel', 'hz=99', 'depth=8', 'keys=4096', 'tick=1'];
    const rest = ['gate=none', 'follow=0', 'pids=all'];
    const again = user.run('/usr/bin/pkexec', [HELPER_PATH, ...words, ...rest, 'own=0']);
    assert.equal(again.status, 64, again.stderr);
    assert.match(again.stderr, /S FAIL argument repeated/);
    const { file, args, env } = user.command('/usr/bin/pkexec', [HELPER_PATH, ...words, ...rest], {
      PKEXEC_UID: '0',
      SUDO_UID: '0',
    });
    const input = `maps ${workload.pid}\nmaps ${process.pid}\nstop\n`;
    const said = spawnSync(file, [...args], { env, input, encoding: 'utf8' });
    assert.match(said.stderr, /S HELLO 1 /);
    assert.match(said.stderr, new RegExp(`S DENY ${workload.pid}\n`));
    assert.doesNotMatch(said.stderr, /^M /m);
  });

  const DAMAGE: readonly [string, () => void, RegExp][] = [
    ['writable by a group', () => chmodSync(HELPER_PATH, 0o775), /can be written by others/],
    ['owned by the user', () => chownSync(HELPER_PATH, user.uid, 0), /does not belong to root/],
    [
      'in a folder of the user',
      () => chownSync('/usr/libexec/stack-count', user.uid, 0),
      /stack-count does not belong to root/,
    ],
    ['not ours', () => writeFileSync(HELPER_PATH, '#!/bin/sh\nid\n'), /is not ours/],
    [
      'of an older version',
      () => {
        const text = readFileSync(HELPER_PATH, 'utf8');
        writeFileSync(
          HELPER_PATH,
          text.replace(/stack-count \d+\.\d+\.\d+\n$/, 'stack-count 0.0.1\n'),
        );
      },
      /older or changed version \(0\.0\.1\)/,
    ],
  ];
  test('from here on everything is allowed', () => user.answer('yes'));

  for (const [name, damage, reason] of DAMAGE) {
    test(`a copy ${name} is not used, and installing fixes it or says why not`, async () => {
      damage();
      const seen = await status();
      assert.equal(seen.code, 1);
      assert.match(seen.stdout, reason);
      if (name === 'not ours') assertRecorded(await cli.run(RECORD()), 'pkexec');
      const fixed = await cli.run(['helper', 'install']);
      if (name === 'in a folder of the user') {
        assert.equal(fixed.code, 3);
        assert.match(fixed.stderr, /stack-count does not belong to root alone/);
        chownSync('/usr/libexec/stack-count', 0, 0);
      } else assert.equal(fixed.code, 0, fixed.stderr);
      assert.equal((await status()).code, 0);
    });
  }

  test('uninstalling removes both files and the folder', async () => {
    await user.answer('yes');
    const end = await cli.run(['helper', 'uninstall']);
    assert.equal(end.code, 0, end.stderr);
    assert.ok(
      ![HELPER_PATH, POLICY_PATH, '/usr/libexec/stack-count'].some((path) => existsSync(path)),
    );
  });
});

describe('the doctor, as an unprivileged user', { skip }, () => {
  test('says which way would be used, and does not ask', async () => {
    await user.answer('ask');
    const end = await cli.run(['doctor', '--json']);
    assert.equal(end.code, 0, end.stdout);
    const { rows } = JSON.parse(end.stdout) as {
      rows: { id: string; finding: string; state: string }[];
    };
    const row = (id: string) => rows.find((each) => each.id === id);
    assert.match(row('root')?.finding ?? '', /would use pkexec/);
    assert.equal(row('frame-pointers')?.state, 'unknown');
  });

  test('probes where sudo needs no password', async () => {
    allowSudo(user, 'without password');
    const end = await cli.run(['doctor', '--json'], 'no system bus');
    const { rows } = JSON.parse(end.stdout) as {
      rows: { id: string; finding: string; state: string }[];
    };
    const row = (id: string) => rows.find((each) => each.id === id);
    assert.match(row('root')?.finding ?? '', /would use sudo: it needs no password/);
    assert.notEqual(row('frame-pointers')?.finding, 'Not probed: that would ask for a password.');
  });
});
