/**
 * npm run fuzz -- [--seconds N] [--seed S] [--only NAME] [--cases N]
 *
 * Damaged input for every reader, so many seconds for each. What is found is written to
 * artifacts/fuzz and said; the same seed makes the same input again.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fuzz, type Finding } from './fuzzer';
import { TARGETS } from './targets';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Math.floor(Date.now() / 1000)) },
    only: { type: 'string' },
    cases: { type: 'string', default: 'Infinity' },
  },
});

function report({ target, seed, problem, input }: Finding): void {
  mkdirSync('artifacts/fuzz', { recursive: true });
  const path = `artifacts/fuzz/${target.replaceAll(' ', '-')}-${seed}`;
  writeFileSync(path, input);
  console.log(`FOUND in ${target} with --seed ${seed}, saved as ${path}:\n${problem}`);
  process.exitCode = 1;
}

const seed = Number(values.seed);
console.log(`seed ${seed}`);
for (const target of TARGETS.filter(({ name }) => !values.only || name.includes(values.only))) {
  const budget = { seed, seconds: Number(values.seconds), cases: Number(values.cases) };
  const { cases, slowest, finding } = fuzz(target, budget);
  console.log(
    `${target.name}: ${cases} cases, the slowest (${slowest.seed}) ${slowest.ms.toFixed(0)} ms`,
  );
  if (finding) report(finding);
}
