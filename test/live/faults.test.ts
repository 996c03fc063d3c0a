/** A short run of `npm run faults`: all that can happen to a recording, see test/faults/. */
import { after, before, describe, test } from 'node:test';
import { ROOT, userThroughPkexec } from '../faults/people';
import { faultsFor, knownWorkload, tryFault } from '../faults/run';
import type { Who } from '../faults/trial';
import { withoutBpftrace, withoutCompiler, withoutSystemTests } from '../support/machine';
import type { Workload } from '../support/workloads';

/** For what lasts a while; `npm run faults` takes a minute. */
const SECONDS = 3;

function tryAllAs(name: Who['name'], make: () => Promise<Who>): void {
  let who: Who;
  let workload: Workload;
  before(async () => {
    who = await make();
    workload = await knownWorkload(200);
  });
  after(() => workload?.stop());
  const faults = faultsFor(name).filter(
    ({ rightsMatter, takesLong }) => (name === 'root' || rightsMatter) && !takesLong,
  );
  for (const fault of faults) {
    test(fault.name, async () => {
      await tryFault(fault, { who, workload, seconds: SECONDS });
    });
  }
}

const skip = withoutBpftrace() || withoutCompiler() || withoutSystemTests();

describe('as root', { skip }, () => tryAllAs('root', () => Promise.resolve(ROOT)));
describe('as a user, through pkexec', { skip }, () => tryAllAs('user', userThroughPkexec));
