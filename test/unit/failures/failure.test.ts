import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainEnd } from '../../../src/failures/explainEnd';
import { failureText, type HelperEvidence } from '../../../src/failures/failure';

const evidence: HelperEvidence = {
  way: 'pkexec',
  status: 0,
  greeted: true,
  refusal: undefined,
  messages: [],
  bpftraceStatus: undefined,
};

/** What pkexec 122 prints, and what bpftrace and the helper say. */
const CASES: readonly [string, Partial<HelperEvidence>, string, number][] = [
  [
    'dismissed',
    {
      greeted: false,
      status: 126,
      messages: ['Error executing command as another user: Request dismissed'],
    },
    'dismissed',
    3,
  ],
  [
    'denied',
    {
      greeted: false,
      status: 127,
      messages: [
        'Error executing command as another user: Not authorized',
        '',
        'This incident has been reported.',
      ],
    },
    'denied',
    3,
  ],
  [
    'no agent',
    {
      greeted: false,
      status: 127,
      messages: [
        "Error creating textual authentication agent: Error opening current controlling terminal for the process (`/dev/tty'): No such device or address",
      ],
    },
    'noAgent',
    3,
  ],
  [
    'no polkitd',
    {
      greeted: false,
      status: 127,
      messages: [
        'Error getting authority: Error initializing authority: Could not connect: No such file or directory',
      ],
    },
    'noPolkit',
    3,
  ],
  [
    'not setuid',
    { greeted: false, status: 127, messages: ['pkexec must be setuid root'] },
    'pkexecBroken',
    3,
  ],
  [
    'a refused environment',
    {
      greeted: false,
      status: 127,
      messages: [
        'The value for the SHELL variable was not found in the /etc/shells file',
        '',
        'This incident has been reported.',
      ],
    },
    'refusedEnvironment',
    3,
  ],
  [
    'the first process of a container as parent',
    {
      greeted: false,
      status: 127,
      messages: ['Refusing to render service to dead parents.'],
    },
    'orphan',
    3,
  ],
  [
    'sudo that needs a password',
    { way: 'sudo', greeted: false, status: 1, messages: ['sudo: a password is required'] },
    'sudoPassword',
    3,
  ],
  [
    'a wrong password',
    { way: 'sudo', greeted: false, status: 1, messages: ['sudo: 3 incorrect password attempts'] },
    'wrongPassword',
    3,
  ],
  [
    'not in the sudoers file',
    { way: 'sudo', greeted: false, status: 1, messages: ['jo is not in the sudoers file.'] },
    'denied',
    3,
  ],
  ...sudoRs([
    ['needs a password', 'interactive authentication is required', 'sudoPassword'],
    ['has no terminal to ask in', 'A terminal is required to authenticate', 'sudoPassword'],
    ['got wrong passwords', 'Maximum 3 incorrect authentication attempts', 'wrongPassword'],
    ['got no password', 'Authentication required but not attempted', 'wrongPassword'],
    ['does not know you', "I'm sorry jo. I'm afraid I can't do that", 'denied'],
    ['does not let you', 'Sorry, user jo may not run /bin/sh on box.', 'denied'],
    ['is not setuid', 'sudo must be owned by uid 0 and have the setuid bit set', 'sudoBroken'],
  ]),
  [
    'sudo in a container without new privileges',
    {
      way: 'sudo',
      greeted: false,
      status: 1,
      messages: [
        'sudo: The "no new privileges" flag is set, which prevents sudo from running as root.',
      ],
    },
    'sudoBroken',
    3,
  ],
  [
    'a terminal closed at the question',
    { way: 'terminal', greeted: false, status: null },
    'dismissed',
    3,
  ],
  [
    'anything else',
    { greeted: false, status: 127, messages: ['Cannot run program /bin/sh: No such file'] },
    'notStarted',
    3,
  ],
  ['bpftrace missing', { refusal: 'bpftrace-missing', status: 65 }, 'bpftraceMissing', 4],
  ['bpftrace too old', { refusal: 'bpftrace-old 0.14.0', status: 66 }, 'bpftraceOld', 4],
  ['no BTF', { refusal: 'no-btf', status: 68 }, 'noBtf', 5],
  [
    'no BPF',
    { bpftraceStatus: 1, messages: ['ERROR: Error creating map: Operation not permitted'] },
    'noBpf',
    5,
  ],
  [
    'a script that does not compile',
    { bpftraceStatus: 1, messages: ['stdin:3:1-2: ERROR: syntax error'] },
    'bpftraceFailed',
    5,
  ],
  ['bpftrace killed', { bpftraceStatus: 137 }, 'bpftraceDied', 5],
  ['the helper killed', { status: null }, 'helperDied', 5],
];

/** What sudo-rs says: src/common/error.rs and src/pam/error.rs there. */
function sudoRs(lines: readonly (readonly [name: string, said: string, kind: string])[]) {
  return lines.map(([name, said, kind]): (typeof CASES)[number] => {
    const facts = { way: 'sudo', greeted: false, status: 1, messages: [`sudo: ${said}`] } as const;
    return [`sudo-rs that ${name}`, facts, kind, 3];
  });
}

for (const [name, facts, kind, exitCode] of CASES) {
  test(`${name} has its own words and exit code ${exitCode}`, () => {
    const failure = explainEnd({ ...evidence, ...facts });
    assert.equal(failure?.kind, kind);
    assert.equal(failure?.exitCode, exitCode);
    assert.match(failure?.problem ?? '', /^\w.*\.$/s);
  });
}

test('a recording that ended as it should is no failure', () => {
  assert.equal(explainEnd(evidence), undefined);
});

test('the warning that every run prints is not taken for the reason', () => {
  const failure = explainEnd({
    ...evidence,
    bpftraceStatus: 1,
    messages: ["ERROR: couldn't set RLIMIT_MEMLOCK for bpftrace.", 'stdin:1:2: ERROR: unknown map'],
  });
  assert.match(
    failureText(failure ?? { kind: 'usage', exitCode: 2, problem: '', advice: '' }),
    /unknown map/,
  );
});

const MAPS_GONE = "ERROR: failed to open file '/proc/22165/maps': No such file or directory";

test('a bpftrace that ended as it was told, but without its last maps, is no failure', () => {
  const facts = { bpftraceStatus: 0, messages: [MAPS_GONE] };
  assert.equal(explainEnd({ ...evidence, ...facts, stopped: true }), undefined);
  assert.equal(explainEnd({ ...evidence, ...facts })?.kind, 'bpftraceFailed');
});

test('the mappings of a process that ended at once are not taken for the reason', () => {
  const facts = { bpftraceStatus: 1, messages: ['stdin:1:2: ERROR: unknown map', MAPS_GONE] };
  assert.match(explainEnd({ ...evidence, ...facts })?.problem ?? '', /unknown map/);
});
