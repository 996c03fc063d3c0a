/**
 * A slice of `npm run fuzz:helper`, and the same through pkexec: whatever the helper is started with
 * and told, strace sees it open and execute nothing but what bpf/README.md says.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findOnPath } from '../../scripts/lib/command.mjs';
import { DIRECT, fuzzHelper, HelperFuzzer } from '../fuzz/helper/run';
import { systemBpftrace } from '../support/bpftraces';
import { withoutBpftrace, withoutCompiler, withoutSystemTests } from '../support/machine';
import { createPolkitUser } from '../support/polkit';

const skip =
  withoutBpftrace() || withoutCompiler() || (findOnPath('strace') ? false : 'needs strace');

describe('the helper, whatever it is given', { skip }, () => {
  test('as root', async () => {
    const fuzzer = new HelperFuzzer(DIRECT);
    const { found, cases } = await fuzzHelper(fuzzer, { seed: 1, seconds: 12 });
    assert.equal(found, '');
    assert.ok(cases > 5, `${cases} cases`);
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
    const { found } = await fuzzHelper(fuzzer, { seed: 1, seconds: 10 });
    assert.equal(found, '');
    assert.ok(fuzzer.started > 2, `${fuzzer.started} started`);
  });
});
