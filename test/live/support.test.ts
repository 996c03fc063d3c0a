/** Do the tools of the live tests themselves work: workloads, bpftrace versions, polkit? */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bpftraces } from '../support/bpftraces';
import { compileLoop } from '../support/compileLoop';
import { withoutBpftrace, withoutCompiler, withoutSystemTests } from '../support/machine';
import { createPolkitUser } from '../support/polkit';
import { isAlive } from '../support/processes';
import { waitFor } from '../support/waitFor';
import { startWorkload, type WorkloadName } from '../support/workloads';

/** Each is told to take a second. */
const ENDS_WITHIN_MS = 10_000;

describe('workloads', { skip: withoutCompiler() }, () => {
  test('one thread of known stays in user code, the other in the kernel', async () => {
    const workload = await startWorkload('known', { seconds: 60 });
    const busy = () => workload.threads().sort((a, b) => b.systemSeconds - a.systemSeconds);
    const [reader, known] = await waitFor('both to work', busy, (threads) =>
      threads.every((each) => each.userSeconds + each.systemSeconds > 0.5),
    );
    assert.equal(known?.tid, workload.pid);
    assert.ok(known && known.userSeconds > 10 * known.systemSeconds);
    assert.ok(reader && reader.systemSeconds > 2 * reader.userSeconds);
    await workload.stop();
    assert.equal(isAlive(workload.pid), false);
  });

  test('threads are born later', async () => {
    const workload = await startWorkload('manythreads', { seconds: 2, args: [3, 2] });
    assert.equal(workload.threads().length, 1 + 3);
    await workload.says('LATE');
    assert.equal(workload.threads().length, 1 + 3 + 2);
    assert.equal(await workload.ended, 0);
  });

  for (const name of [
    'readers',
    'diverse',
    'hostile',
    'burst',
    'forkexec',
    'soak',
  ] satisfies WorkloadName[])
    test(`${name} ends by itself`, { timeout: ENDS_WITHIN_MS }, async () => {
      const workload = await startWorkload(name, { seconds: 1, args: [1] });
      assert.equal(await workload.ended, 0);
    });

  test('a loop of short compiles', async () => {
    assert.ok((await compileLoop(1)) > 0);
  });
});

test('every bpftrace says its version', { skip: withoutBpftrace() }, () => {
  const versions = bpftraces().map(({ version }) => version);
  assert.ok(versions.length > 0);
  assert.equal(new Set(versions).size, versions.length);
});

test('polkit answers as it is told to', { skip: withoutSystemTests() }, async () => {
  const user = await createPolkitUser('yes');
  const asRoot = () => user.run('/usr/bin/pkexec', ['/bin/sh', '-c', 'id -u']);
  assert.equal(user.run('id', ['-u']).stdout, `${user.uid}\n`);
  assert.equal(asRoot().stdout, '0\n');
  await user.answer('no');
  assert.match(asRoot().stderr, /Not authorized/);
  await user.answer('ask');
  assert.equal(asRoot().status, 127);
});
