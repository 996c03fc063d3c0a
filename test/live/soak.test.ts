/** A short run of bench/soak.ts: new stacks and processes all the time, every second accounted for. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { systemBpftrace } from '../support/bpftraces';
import { withoutBpftrace, withoutCompiler } from '../support/machine';
import { runSoak } from '../support/soak';
import { tempDir } from '../support/tempDir';

const skip = withoutBpftrace() || withoutCompiler();

const SECONDS = 30;
/** At this rate bpftrace 0.17 is renewed every ten seconds or so: more than once. */
const HZ = 999;
const BUSY = 2;

describe('new stacks and processes all the time', { skip }, () => {
  test('every second is accounted for, renewals included', async (context) => {
    const options = { seconds: SECONDS, hz: HZ, busy: BUSY, folder: tempDir('soak') };
    const { reasons, capture, words } = await runSoak(options);
    const { readies, fired } = capture;
    const { version } = systemBpftrace();
    context.diagnostic(`bpftrace ${version}: ready ${readies} times, ${fired} samples`);
    assert.deepEqual(reasons, [], words);
    if (capture.collides) assert.ok(readies > 1, `bpftrace ${version} was not renewed`);
  });
});
