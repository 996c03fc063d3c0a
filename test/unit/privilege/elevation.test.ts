import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planLaunches, planOnce, terminalCommand } from '../../../src/privilege/elevation';
import type { PrivilegeFacts } from '../../../src/privilege/facts';
import { HELPER_PATH } from '../../../src/privilege/installedHelper';

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
const call = { text: 'THE TEXT', words: ['own=0', 'stacks=both'] };

function plan(given: Partial<PrivilegeFacts>, asker: 'editor' | 'terminal' = 'editor'): string[] {
  return planLaunches({ ...facts, ...given }, call, asker).map(({ way, file, arguments: words }) =>
    [way, file, ...words].join(' '),
  );
}

const BY_TEXT = '/bin/sh -c THE TEXT stack-count-helper own=0 stacks=both';

test('root needs no way but itself, an installed helper neither', () => {
  assert.deepEqual(plan({ uid: 0, installed: { kind: 'ours' } }), [`direct ${BY_TEXT}`]);
});

test('the installed helper comes before the text, and sudo behind pkexec', () => {
  assert.deepEqual(plan({ installed: { kind: 'ours' } }), [
    `installed /usr/bin/pkexec --disable-internal-agent ${HELPER_PATH} own=0 stacks=both`,
    `sudo /usr/bin/sudo --non-interactive -- ${HELPER_PATH} own=0 stacks=both`,
  ]);
});

test('a helper of another version or of somebody is passed over', () => {
  for (const installed of [
    { kind: 'older', version: '0.0.1' },
    { kind: 'newer', version: '9.0.0' },
    { kind: 'untrusted', reason: 'it is not ours' },
  ] as const) {
    assert.deepEqual(plan({ installed }), [
      `pkexec /usr/bin/pkexec --disable-internal-agent ${BY_TEXT}`,
      `sudo /usr/bin/sudo --non-interactive -- ${BY_TEXT}`,
    ]);
  }
});

test('in a terminal pkexec and sudo may ask there', () => {
  const [first, second] = plan({ terminal: true }, 'terminal');
  assert.equal(first, `pkexec /usr/bin/pkexec ${BY_TEXT}`);
  assert.match(second ?? '', /^sudo \/usr\/bin\/sudo --prompt=[^-]+ -- \/bin\/sh/);
});

test('what is missing, not setuid, or kept from gaining rights is passed over', () => {
  assert.deepEqual(plan({ pkexec: undefined }).length, 1);
  assert.deepEqual(plan({ pkexec: { ...PKEXEC, setuid: false } }).length, 1);
  assert.deepEqual(plan({ noNewPrivileges: true }), []);
  assert.deepEqual(plan({ pkexec: undefined, sudo: undefined }), []);
});

test('the installer never runs through the installed helper', () => {
  const launches = planOnce(
    { ...facts, installed: { kind: 'ours' } },
    { text: 'INSTALL', words: ['uninstall'] },
    'stack-count-install',
    'editor',
  );
  assert.deepEqual(
    launches.map(({ way }) => way),
    ['pkexec', 'sudo'],
  );
  assert.ok(launches.every((each) => !each.arguments.includes(HELPER_PATH)));
});

test('a terminal of the editor runs sudo, else pkexec, else nothing', () => {
  assert.equal(terminalCommand(facts, call)?.[0], '/usr/bin/sudo');
  assert.equal(terminalCommand({ ...facts, sudo: undefined }, call)?.[0], '/usr/bin/pkexec');
  assert.equal(terminalCommand({ ...facts, noNewPrivileges: true }, call), undefined);
});

test('no variable says what is run as root', (t) => {
  const before = { ...process.env };
  t.after(() => (process.env = before));
  const usual = plan({ uid: 0 });
  Object.assign(process.env, {
    PATH: '/home/user/bin',
    SHELL: '/home/user/sh',
    BPFTRACE: '/home/user/bpftrace',
    SUDO_UID: '1000; id',
    LD_PRELOAD: '/home/user/lib.so',
  });
  assert.deepEqual(plan({ uid: 0 }), usual);
  for (const { environment } of planLaunches({ ...facts, uid: 0 }, call, 'editor')) {
    assert.deepEqual(environment, {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      LANG: 'C',
      LC_ALL: 'C',
    });
  }
});
