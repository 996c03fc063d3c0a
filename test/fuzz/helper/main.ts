/**
 * npm run fuzz:helper -- [--seconds N] [--seed S] [--cases N] [--bpftrace PATH] [--shell PATH]
 *
 * As root: the helper with invented arguments, input and environment, under strace. Without
 * --bpftrace one of our own stands in, which opens nothing.
 */
import { parseArgs } from 'node:util';
import { DIRECT, fuzzHelper, HelperFuzzer } from './run';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Math.floor(Date.now() / 1000)) },
    cases: { type: 'string', default: 'Infinity' },
    bpftrace: { type: 'string' },
    shell: { type: 'string', default: '/bin/sh' },
  },
});

const budget = {
  seed: Number(values.seed),
  seconds: Number(values.seconds),
  cases: Number(values.cases),
};
const { cases, found } = await fuzzHelper(
  new HelperFuzzer({ ...DIRECT, shell: values.shell }, values.bpftrace),
  budget,
);
console.log(`helper: ${cases} cases from seed ${budget.seed}`);
if (found !== '') console.log(`FOUND\n${found}`);
process.exitCode = found === '' ? 0 : 1;
