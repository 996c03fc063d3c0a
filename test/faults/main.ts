/**
 * npm run faults [-- SECONDS]
 *
 * As root: everything that can happen to a recording happens to one, with the real helper and
 * bpftrace, as root and as a user through pkexec. What lasts a while lasts that long, a minute if
 * not said. The outcomes become docs/faults.md.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { systemBpftrace } from '../support/bpftraces';
import { ROOT, userThroughPkexec } from './people';
import { faultsFor, knownWorkload, tryFault, type Outcome } from './run';
import type { Who } from './trial';

const seconds = Number(process.argv[2] ?? 60);

async function tryAll(who: Who): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const fault of faultsFor(who.name)) {
    const workload = await knownWorkload(seconds + 60);
    const tried = { who, workload, seconds };
    const outcome = await tryFault(fault, tried).then(
      (result) => ({ ...result, failed: false }),
      (error: Error) => ({ outcome: `FAILED: ${error.message}`, told: '', failed: true }),
    );
    await workload.stop();
    console.log(`${who.name}: ${fault.name}: ${outcome.outcome}`);
    outcomes.push({ fault: fault.name, who: who.name, ...outcome });
  }
  return outcomes;
}

function table(outcomes: readonly Outcome[]): string {
  const find = (fault: string, who?: Who['name']): Outcome | undefined =>
    outcomes.find((each) => each.fault === fault && (who === undefined || each.who === who));
  const of = (fault: string, who: Who['name']): string => find(fault, who)?.outcome ?? '—';
  const rows = [...new Set(outcomes.map(({ fault }) => fault))].map((fault) => {
    const told = find(fault)?.told ?? '';
    return `| ${fault} | ${told} | ${of(fault, 'root')} | ${of(fault, 'user')} |`;
  });
  return [
    '| what happens | what the person is told first, and when | as root | as a user, through pkexec |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function page(outcomes: readonly Outcome[]): string {
  const day = new Date().toISOString().slice(0, 10);
  const failed = outcomes.filter((each) => each.failed).length;
  const sum = `${outcomes.length} tried, ${failed} not as they should be`;
  return `# What can happen to a recording, and what comes of it

Written by \`npm run faults\` on ${day}, with bpftrace ${systemBpftrace().version}: ${sum}.
Each is a recording of a known program with the real helper and bpftrace, with a report each second.
What lasts a while lasted ${seconds} s.
Checked each time: the exit code and the words; \`stack_count.log\` and \`stack.svg\` are whole; where the recording went on to its end, recorded + outside + lost is what the kernel's own counters say, and all that is recorded is in the file; nothing it started is left.

${table(outcomes)}

What can happen in VS Code is tried there: \`test/e2e/hostKilled.test.ts\` (the extension host is killed), \`test/e2e/record.test.ts\` (the window is closed), \`test/e2e/journal.test.ts\` (editor and engine are killed at once).
`;
}

const outcomes = [...(await tryAll(ROOT)), ...(await tryAll(await userThroughPkexec()))];
mkdirSync('docs', { recursive: true });
writeFileSync('docs/faults.md', page(outcomes));
process.exit(outcomes.some(({ failed }) => failed) ? 1 : 0);
