/**
 * What a whole recording costs, beside `perf record -a -g` and `perf script` on the same load, in one
 * run: CPU seconds of everything each of them starts.
 *
 *   npm run build && sudo node --import tsx bench/record.ts [HZ [SECONDS [BPFTRACE]]]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLI } from '../test/support/cli';
import { startWorkload } from '../test/support/workloads';

const [hz = '99', seconds = '20', bpftrace] = process.argv.slice(2);

/** CPU seconds, user and system, of a shell command and all it waited for. */
function cpuSeconds(command: string): number {
  const timed = `TIMEFORMAT='%U %S'; time { ${command} ; } >/dev/null 2>&1`;
  const { stderr, status } = spawnSync('bash', ['-c', timed], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} failed: ${stderr}`);
  const [user = NaN, system = NaN] = stderr.trim().split('\n').pop()?.split(' ').map(Number) ?? [];
  return user + system;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/** Two processes with very many different stacks, and one with two. */
async function underLoad(run: () => void): Promise<void> {
  const time = Number(seconds) + 10;
  const loads = [
    await startWorkload('diverse', { seconds: time }),
    await startWorkload('diverse', { seconds: time }),
    await startWorkload('known', { seconds: time }),
  ];
  run();
  for (const load of loads) await load.stop();
}

const folder = mkdtempSync(join(tmpdir(), 'stack-count-bench-'));
const data = join(folder, 'perf.data');
const other = bpftrace === undefined ? '' : `--bpftrace ${bpftrace}`;
const options = `-u -k --hz ${hz} --duration ${seconds} --format none -o ${folder} ${other}`;
const ours: number[] = [];
const theirs: number[] = [];
for (let round = 1; round <= 3; round++) {
  await underLoad(() => ours.push(cpuSeconds(`${process.execPath} ${CLI} record ${options}`)));
  await underLoad(() => {
    const record = cpuSeconds(`perf record -a -g -F ${hz} -o ${data} -- sleep ${seconds}`);
    theirs.push(record + cpuSeconds(`perf script -i ${data}`));
  });
  const [a = NaN, b = NaN] = [ours.at(-1), theirs.at(-1)];
  const ratio = (a / b).toFixed(2);
  console.log(
    `round ${round}: stack-count ${a.toFixed(2)} s, perf ${b.toFixed(2)} s, ratio ${ratio}`,
  );
}
const ratio = (median(ours) / median(theirs)).toFixed(2);
console.log(`${hz} Hz, ${seconds} s: median ratio ${ratio} (1 = as much CPU as perf)`);
rmSync(folder, { recursive: true });
