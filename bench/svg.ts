/**
 * How long it takes to make stack.svg, and how large it is: whole processes, from folded text on
 * disk to the picture on disk, with 10,000 and with 100,000 distinct stacks 30 frames deep.
 *
 *   node --import tsx bench/svg.ts [flamegraph.pl]
 *
 * With the path of a flamegraph.pl that runs too, turn by turn on the same input. Aim:
 * 20 times faster than it with 10,000 stacks, and at most 1 MB.
 */
import { buildSync } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const DEPTH = 30;
const RUNS = 5;
const CONVERTER = `
  import { readFileSync, writeFileSync } from 'node:fs';
  import { convert } from './convert';
  const [, , from, to] = process.argv;
  writeFileSync(to, convert(readFileSync(from), 'svg', { title: 'benchmark' }).text);
  process.stdout.write(String(process.resourceUsage().maxRSS));
`;

/** The same numbers at every run. */
function randomNumbers(): (below: number) => number {
  let state = 1;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
}

/** Few functions near the root and more towards the leaf, as programs have them. */
function foldedStacks(count: number): string {
  const random = randomNumbers();
  const lines = Array.from({ length: count }, (_, line) => {
    const frames = Array.from({ length: DEPTH - 1 }, (_, depth) => {
      return `module_${depth}::function_${random(2 + depth * 4)}`;
    });
    return `${frames.join(';')};leaf_${line} ${1 + random(20)}\n`;
  });
  return lines.join('');
}

function buildConverter(folder: string): string {
  const outfile = join(folder, 'convert.cjs');
  const resolveDir = fileURLToPath(new URL('../src/formats', import.meta.url));
  const stdin = { contents: CONVERTER, resolveDir };
  buildSync({ stdin, bundle: true, platform: 'node', format: 'cjs', minify: true, outfile });
  return outfile;
}

function measure(converter: string, folder: string, stacks: number): void {
  const [input, picture] = [join(folder, 'in.folded'), join(folder, 'out.svg')];
  writeFileSync(input, foldedStacks(stacks));
  const [ours, theirs]: [number[], number[]] = [[], []];
  let memory = '';
  for (let run = 0; run < RUNS; run++) {
    ours.push(timed(() => (memory = output(process.execPath, converter, input, picture))));
    if (flamegraph) theirs.push(timed(() => output('perl', flamegraph, input)));
  }
  const size = megabytes(statSync(picture).size);
  console.log(`${stacks} stacks, ${megabytes(statSync(input).size)} in, ${size} out`);
  console.log(`  ${describeTimes(ours)}, ${megabytes(Number(memory) * 1024)} of memory`);
  if (flamegraph) {
    const ratio = fastest(theirs) / fastest(ours);
    console.log(`  flamegraph.pl ${describeTimes(theirs)}: ${ratio.toFixed(1)} times as long`);
  }
}

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function output(program: string, ...words: string[]): string {
  return execFileSync(program, words, { encoding: 'utf8', maxBuffer: 1 << 30 });
}

function fastest(times: readonly number[]): number {
  return Math.min(...times);
}

function describeTimes(times: readonly number[]): string {
  const median = [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
  return `${Math.round(median)} ms (fastest ${Math.round(fastest(times))})`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

const flamegraph = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), 'stack-count-bench-'));
try {
  const converter = buildConverter(folder);
  for (const stacks of [10_000, 100_000]) measure(converter, folder, stacks);
} finally {
  rmSync(folder, { recursive: true });
}
