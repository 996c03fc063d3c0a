/**
 * A slice of `npm run fuzz:helper`, and the same through pkexec: whatever the helper is started with
 * and told, strace sees it open and execute nothing but what bpf/README.md says.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { findOnPath } from '../../scripts/lib/command.mjs';
import { REPOSITORY } from '../../scripts/lib/paths.mjs';
import { DIRECT, fuzzHelper, HelperFuzzer } from '../fuzz/helper/run';
import { ORDINARY, type Surroundings } from '../fuzz/helper/streams';
import { systemBpftrace } from '../support/bpftraces';
import { withoutBpftrace, withoutCompiler, withoutSystemTests } from '../support/machine';
import { createPolkitUser } from '../support/polkit';

test('the program stands between single quotes in the helper, and has none itself', () => {
  assert.doesNotMatch(readFileSync(join(REPOSITORY, 'bpf', 'sample.bt'), 'utf8'), /'/);
});

const skip =
  withoutBpftrace() || withoutCompiler() || (findOnPath('strace') ? false : 'needs strace');

describe('the helper, whatever it is given', { skip }, () => {
  test('as root', async () => {
    const fuzzer = new HelperFuzzer(DIRECT);
    const { found, cases } = await fuzzHelper(fuzzer, { seed: 1, seconds: 15 });
    assert.equal(found, '');
    assert.ok(cases > 5, `${cases} cases`);
  });

  const WORDS = ['stacks=kernel', 'hz=9', 'depth=8', 'keys=256', 'tick=1', 'gate=none', 'follow=0'];
  const MUTE: readonly Partial<Surroundings>[] = [
    { stderr: 'full' },
    { stderr: 'unread', sigpipe: 'ignored' },
    { stderr: 'full', stdout: 'unread', cwd: 'gone' },
  ];
  for (const mute of MUTE)
    test(`mappings stay refused where nobody hears it: ${JSON.stringify(mute)}`, async () => {
      const fuzzer = new HelperFuzzer(DIRECT);
      const ask = { input: 'run\nmaps 1\nmaps 2\nstop\n', environment: {} };
      const surroundings = { ...ORDINARY, ...mute };
      for (const [first, last] of [
        ['own=1', 'pids=all'],
        ['own=1', 'pids=1,2'],
        ['own=0', 'pids=3'],
      ] as const) {
        const words = [first, ...WORDS, last];
        const found = await fuzzer.problemsOf({ arguments: words, surroundings, ...ask });
        assert.deepEqual(found, [], words.join(' '));
      }
    });

  test('with the real bpftrace', async () => {
    const fuzzer = new HelperFuzzer(DIRECT, systemBpftrace().path);
    const { found } = await fuzzHelper(fuzzer, { seed: 201, seconds: 60, cases: 1 });
    assert.equal(found, '');
  });

  test('as an unprivileged user, through pkexec', { skip: withoutSystemTests() }, async () => {
    const { name } = await createPolkitUser('yes');
    const way = { name: 'pkexec', before: ['/usr/bin/pkexec'], shell: '/bin/sh', user: name };
    const fuzzer = new HelperFuzzer(way);
    const { found } = await fuzzHelper(fuzzer, { seed: 1, seconds: 5 });
    assert.equal(found, '');
    assert.ok(fuzzer.started > 2, `${fuzzer.started} started`);
  });
});
