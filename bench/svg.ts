/**
 * How long it takes to make stack.svg, and how large it is: whole processes, from folded text on
 * disk to the picture on disk, with 10,000 and with 100,000 distinct stacks 30 frames deep.
 *
 *   node --import tsx bench/svg.ts
 *
 * Aim (DESIGN §9): 20 times faster than flamegraph.pl, which needs about 8 s for the 5 MB that
 * 10,000 such stacks are, and at most 1 MB.
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
  const [input, output] = [join(folder, 'in.folded'), join(folder, 'out.svg')];
  writeFileSync(input, foldedStacks(stacks));
  let memory = 0;
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    memory = Number(execFileSync(process.execPath, [converter, input, output]));
    return performance.now() - start;
  }).sort((a, b) => a - b);
  const [fastest = 0, median = 0] = [times[0], times[Math.floor(RUNS / 2)]];
  console.log(
    `${stacks} stacks, ${megabytes(statSync(input).size)} in: ` +
      `${Math.round(median)} ms (fastest ${Math.round(fastest)}), ` +
      `${megabytes(statSync(output).size)} out, ${megabytes(memory * 1024)} of memory`,
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

const folder = mkdtempSync(join(tmpdir(), 'stack-count-bench-'));
try {
  const converter = buildConverter(folder);
  for (const stacks of [10_000, 100_000]) measure(converter, folder, stacks);
} finally {
  rmSync(folder, { recursive: true });
}
