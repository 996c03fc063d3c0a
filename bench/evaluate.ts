/**
 * `npm run evaluate [-- RECORDINGS]`: how far the labels can be trusted. Draws seeded synthetic
 * recordings, with planted changes and quiet ones, and prints what the detector of src/anomaly
 * finds and what it invents, beside two baselines. It reports; it fails nothing.
 */
import { forestOnCounts, stackCount } from './evaluateLabellers';
import { STACKS } from './evaluateLoads';
import { PLANTED, QUIET, WINDOWS } from './evaluateScenarios';
import { emptyScore, evaluate, precision, recall, type Score } from './evaluateScore';
import { forestMs, judgeMs, SPEED_STACKS } from './evaluateSpeed';

const RECORDINGS = Number(process.argv[2] ?? 30);
/** The baselines train a forest in every window: fewer recordings show enough of them. */
const BASELINE_RECORDINGS = Math.min(2, RECORDINGS);
const NAME_WIDTH = 25;
const COLUMN_WIDTH = 15;

const baselines = forestOnCounts().names;

function printPlanted(): void {
  print(['planted change', 'recall', 'precision', 'delay', ...baselines.map((name) => name)]);
  for (const scenario of PLANTED) {
    const [ours = emptyScore()] = evaluate(scenario, stackCount, RECORDINGS);
    const others = evaluate(scenario, forestOnCounts, BASELINE_RECORDINGS);
    const delay = (ours.delay / ours.found).toFixed(2);
    const compared = others.map((score) => `${share(recall(score))} / ${share(precision(score))}`);
    print([scenario.name, share(recall(ours)), share(precision(ours)), delay, ...compared]);
  }
}

function printQuiet(): void {
  print(['quiet load', 'false labels', 'false stacks', '', ...baselines]);
  for (const scenario of QUIET) {
    const [ours = emptyScore()] = evaluate(scenario, stackCount, RECORDINGS);
    const others = evaluate(scenario, forestOnCounts, BASELINE_RECORDINGS);
    const compared = others.map((score) => perWindow(score.falseLabels, score));
    const own = [perWindow(ours.falseLabels, ours), perWindow(ours.falseStacks, ours)];
    print([scenario.name, ...own, '', ...compared]);
  }
}

function share(value: number): string {
  return Number.isNaN(value) ? '-' : value.toFixed(2);
}

function perWindow(count: number, { windows }: Score): string {
  return (count / windows).toFixed(3);
}

function print([name = '', ...columns]: readonly string[]): void {
  const cells = columns.map((column) => column.padStart(COLUMN_WIDTH));
  console.log(name.padEnd(NAME_WIDTH) + cells.join(''));
}

console.log(`${RECORDINGS} recordings of ${WINDOWS} windows with about ${STACKS} stacks for each line
(${BASELINE_RECORDINGS} for the baselines: an isolation forest on the counts since the start, cut at a score
of 0.5 or 0.6, or marking 10 %).

Planted changes of at least 20 samples, found in their first or second window; delay in windows.
Of the baselines: recall / precision.
`);
printPlanted();
console.log(
  '\nNothing planted. False labels, and stacks labelled for the first time, per window.\n',
);
printQuiet();
console.log(`
Milliseconds for ${SPEED_STACKS} stacks, the median of some runs: a window is judged in ${judgeMs().toFixed(0)},
and a forest is trained on as many rows, and scores them, in ${forestMs().toFixed(0)}.`);
