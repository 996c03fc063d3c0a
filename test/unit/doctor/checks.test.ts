import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkBpftrace, knownBugs, readVersion } from '../../../src/doctor/checks/bpftrace';
import { symbolsRow } from '../../../src/doctor/checks/debugSymbols';
import { framePointerRow } from '../../../src/doctor/checks/framePointers';
import {
  checkBpf,
  checkBtf,
  checkKernel,
  checkKernelSymbols,
} from '../../../src/doctor/checks/kernel';
import { checkParanoid, checkSampleRate } from '../../../src/doctor/checks/perfEvents';
import {
  checkContainer,
  checkPidNamespace,
  checkTracefs,
} from '../../../src/doctor/checks/surroundings';
import { checkWays } from '../../../src/doctor/checks/waysToRoot';
import type { Machine } from '../../../src/doctor/machine';
import type { Row } from '../../../src/doctor/row';
import type { PrivilegeFacts } from '../../../src/privilege/facts';
import { fakeMachine, type Description } from './fakeMachine';

const BPFTRACE = '/usr/bin/bpftrace';
const ROOTS = { uid: 0, mode: 0o100755 };
const withVersion = (version: string, facts = ROOTS): Description => ({
  facts: { [BPFTRACE]: facts },
  runs: { [`${BPFTRACE} --version`]: { stdout: `bpftrace v${version}\n` } },
});
const sysctl = (name: string, value: string): Description => ({
  files: { [`/proc/sys/kernel/${name}`]: value },
});
/** Docker's default bounding set: without CAP_SYS_ADMIN, CAP_PERFMON and CAP_BPF. */
const DOCKER = 'CapInh:\t0000000000000000\nCapBnd:\t00000000a80425fb\n';

type Expectation = [
  name: string,
  check: (machine: Machine) => Row,
  machine: Description,
  state: Row['state'],
  exitCode: number | undefined,
  finding: RegExp,
];

const CASES: Expectation[] = [
  ['bpftrace', checkBpftrace, withVersion('0.23.2'), 'ok', undefined, /0\.23\.2 at \/usr\/bin/],
  ['no bpftrace', checkBpftrace, {}, 'problem', 4, /not installed/],
  ['an old bpftrace', checkBpftrace, withVersion('0.14.0'), 'problem', 4, /too old/],
  ['bpftrace 1.0', checkBpftrace, withVersion('1.0.0'), 'ok', undefined, /1\.0\.0/],
  [
    'a bpftrace that others may change',
    checkBpftrace,
    withVersion('0.23.2', { uid: 0, mode: 0o100775 }),
    'problem',
    4,
    /bpftrace is not run: .*can be written by others besides root/,
  ],
  [
    'a bpftrace of somebody',
    checkBpftrace,
    withVersion('0.23.2', { uid: 1000, mode: 0o100755 }),
    'problem',
    4,
    /bpftrace is not run: .*does not belong to root/,
  ],
  [
    'a bpftrace in a folder of somebody',
    checkBpftrace,
    { facts: { [BPFTRACE]: ROOTS, '/usr/bin': { uid: 1000, mode: 0o040755 } } },
    'problem',
    4,
    /bpftrace is not run: \/usr\/bin does not belong to root/,
  ],
  [
    'a bpftrace behind a link',
    checkBpftrace,
    { facts: { [BPFTRACE]: { uid: 0, mode: 0o120777 } } },
    'problem',
    4,
    /is not a regular file/,
  ],
  [
    'a bpftrace that does not start',
    checkBpftrace,
    { facts: { [BPFTRACE]: ROOTS }, runs: { [BPFTRACE]: { status: 127 } } },
    'problem',
    4,
    /does not start/,
  ],
  [
    'a supported kernel',
    checkKernel,
    { runs: { '/bin/uname': { stdout: '6.12.0-1-amd64 x86_64\n' } } },
    'ok',
    undefined,
    /Linux 6\.12\.0-1-amd64 on x86_64/,
  ],
  [
    'another kind of machine',
    checkKernel,
    { runs: { '/bin/uname': { stdout: '6.12.0 s390x\n' } } },
    'problem',
    5,
    /not supported/,
  ],
  ['no BTF', checkBtf, {}, 'problem', 5, /missing/],
  ['BTF', checkBtf, { files: { '/sys/kernel/btf/vmlinux': '' } }, 'ok', undefined, /exists/],
  [
    'lockdown for integrity',
    checkBpf,
    { files: { '/sys/kernel/security/lockdown': 'none [integrity] confidentiality' } },
    'ok',
    undefined,
    /Lockdown is integrity/,
  ],
  [
    'lockdown for confidentiality',
    checkBpf,
    { files: { '/sys/kernel/security/lockdown': 'none integrity [confidentiality]' } },
    'problem',
    5,
    /locked down/,
  ],
  [
    'a container without the capabilities',
    checkBpf,
    { files: { '/proc/self/status': DOCKER } },
    'problem',
    5,
    /CAP_SYS_ADMIN/,
  ],
  [
    'a kernel before CAP_BPF',
    checkBpf,
    { files: { '/proc/self/status': 'CapBnd:\t0000003fffffffff\n' } },
    'ok',
    undefined,
    /has the capabilities/,
  ],
  [
    'hidden kernel symbols',
    checkKernelSymbols,
    sysctl('kptr_restrict', '2'),
    'warning',
    undefined,
    /is 2/,
  ],
  ['a paranoid kernel', checkParanoid, sysctl('perf_event_paranoid', '4'), 'ok', undefined, /is 4/],
  ['no perf events', checkParanoid, {}, 'problem', 5, /no perf events/],
  [
    'a low limit',
    checkSampleRate,
    sysctl('perf_event_max_sample_rate', '500'),
    'warning',
    undefined,
    /above 500 Hz/,
  ],
  [
    'a limit below the default',
    checkSampleRate,
    sysctl('perf_event_max_sample_rate', '50'),
    'problem',
    5,
    /99 Hz is refused/,
  ],
  [
    'a container',
    checkContainer,
    { files: { '/run/systemd/container': 'lxc' } },
    'warning',
    undefined,
    /\(lxc\)/,
  ],
  [
    'WSL',
    checkContainer,
    { files: { '/proc/version': 'Linux version 5.15.90.1-microsoft-standard-WSL2' } },
    'note',
    undefined,
    /WSL/,
  ],
  ['no container', checkContainer, {}, 'ok', undefined, /Neither/],
  [
    'its own process ids',
    checkPidNamespace,
    { links: { '/proc/self/ns/pid': 'pid:[4026532201]' } },
    'warning',
    undefined,
    /separate namespace/,
  ],
  ['no tracefs', checkTracefs, {}, 'warning', undefined, /not mounted/],
];

for (const [name, check, machine, state, exitCode, finding] of CASES) {
  test(`${name}: ${state}`, () => {
    const row = check(fakeMachine(machine));
    assert.deepEqual([row.state, row.exitCode], [state, exitCode], row.finding);
    assert.match(row.finding, finding);
    if (state === 'problem' || state === 'warning') assert.notEqual(row.fix, '');
  });
}

test('every version knows its own bugs', () => {
  const about = (version: string) => knownBugs(readVersion(`bpftrace v${version}`) ?? [0, 0, 0]);
  assert.ok(about('0.17.0').some((text) => text.includes('collide')));
  assert.ok(!about('0.23.2').some((text) => text.includes('collide')));
  assert.ok(about('0.24.0').some((text) => text.includes('0.24.1')));
  assert.ok(!about('0.24.1').some((text) => text.includes('0.24.1')));
});

describe('ways to root', () => {
  const PKEXEC = { path: '/usr/bin/pkexec', setuid: true };
  const SUDO = { path: '/usr/bin/sudo', setuid: true };
  const facts: PrivilegeFacts = {
    uid: 1000,
    installed: { kind: 'absent' },
    pkexec: PKEXEC,
    sudo: SUDO,
    noNewPrivileges: false,
    terminal: false,
  };
  const answers = { '/usr/bin/pkcheck': { status: 2, stderr: '' } };
  const silent = { '/usr/bin/pkcheck': { status: 127, stderr: 'Error getting authority: …' } };
  const free = { '/usr/bin/sudo --non-interactive -- /bin/true': { status: 0 } };
  const locked = { '/usr/bin/sudo --non-interactive -- /bin/true': { status: 1 } };
  const look = (
    given: Partial<PrivilegeFacts>,
    runs: Description['runs'],
    asker = 'editor' as const,
  ) => checkWays(fakeMachine({ runs }), { ...facts, ...given }, asker);

  test('pkexec while polkit answers', () => {
    const { row, silent: quiet } = look({}, { ...answers, ...locked });
    assert.match(row.finding, /would use pkexec/);
    assert.equal(quiet, false);
  });

  test('sudo where polkit does not answer and no password is needed', () => {
    const { row, silent: quiet } = look({}, { ...silent, ...free });
    assert.match(row.finding, /would use sudo: it needs no password/);
    assert.equal(quiet, true);
  });

  test('else a terminal of the editor', () => {
    const { row } = look({}, { ...silent, ...locked });
    assert.match(row.finding, /would use a terminal of the editor/);
    assert.ok(row.details.some((text) => /polkit service does not answer/.test(text)));
  });

  test('none: exit code 3 and what to install', () => {
    const { row } = look({ pkexec: undefined, sudo: undefined }, {});
    assert.equal(row.exitCode, 3);
    assert.match(row.fix, /apt install pkexec/);
  });

  test('a helper that is not to be trusted is named with the reason', () => {
    const reason = '/usr/libexec/stack-count/helper can be written by others besides root';
    const { row } = look({ installed: { kind: 'untrusted', reason } }, { ...answers, ...locked });
    assert.ok(row.details.some((text) => text.includes(reason)));
  });
});

describe('frame pointers', () => {
  const process = { pid: 7, name: 'a\u001b[31m', samples: 100, short: 0 };

  test('a program whose stacks break off is named, without its control characters', () => {
    const row = framePointerRow({ processes: [{ ...process, short: 62 }] });
    assert.equal(row.state, 'warning');
    assert.match(row.finding, /a\\x1b\[31m \(7\)/);
    assert.match(row.details[0] ?? '', /62 % of 100 stacks/);
  });

  test('a few short stacks are usual', () => {
    assert.equal(framePointerRow({ processes: [{ ...process, short: 9 }] }).state, 'ok');
  });

  test('too few samples tell nothing', () => {
    const row = framePointerRow({ processes: [{ ...process, samples: 9, short: 9 }] });
    assert.equal(row.state, 'unknown');
  });

  test('a recording that fails is a problem with its own exit code', () => {
    const failure = { kind: 'noBpf', exitCode: 5, problem: 'No BPF.', advice: '' } as const;
    const row = framePointerRow({ problem: 'No BPF.', failure });
    assert.deepEqual([row.state, row.exitCode], ['problem', 5]);
  });
});

test('stripped files are named, and processes that are not ours', () => {
  const levels = new Map([
    ['/usr/lib/libc.so.6', 'exported'],
    ['/opt/demo/known', 'full'],
  ] as const);
  const row = symbolsRow(levels, [12, 13], [13]);
  assert.equal(row.state, 'note');
  assert.match(row.finding, /^1 of the 2 files .*: libc\.so\.6\.$/);
  assert.match(row.details[0] ?? '', /may not read the mappings of process 13/);
});
