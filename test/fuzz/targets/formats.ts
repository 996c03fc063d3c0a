/** Files of stacks: refused as a whole with a FormatError, or every count of them is kept. */
import assert from 'node:assert/strict';
import { convert, type Target as Format } from '../../../src/formats/convert';
import { FormatError } from '../../../src/formats/formatError';
import { readStacks } from '../../../src/formats/readStacks';
import { fixture } from '../../support/golden';
import type { Target } from '../target';

function formatTarget(name: string, files: readonly string[], words: readonly string[]): Target {
  return { name, words, seeds: () => files.map(fixture), check: checkStacks };
}

export const LOG = formatTarget(
  'stack_count.log',
  ['sample.log', 'ancestor.log'],
  ['"name":', '"pids":{', '"trace":[', '"count":', '"label":null', '"0x1:f"', '{}', '[]', 'null'],
);

export const BPF = formatTarget(
  'stack.bpf',
  ['sample.bpf', 'bpftrace-0.17.0.txt', 'bpftrace-0.23.2.txt', 'bpftrace-0.27.1.txt'],
  [
    '@[\n',
    '@a[1, 2, \n',
    '\n]: 9\n',
    ', bash]: 1\n',
    '@[]: 4\n',
    '\n,\n',
    '\tffffffff81d33dbe f+6',
  ],
);

export const FOLDED = formatTarget('folded', ['sample.folded'], [' 1\n', ';', ';;', ' ', '\n 5\n']);

function checkStacks(input: Buffer): void {
  const total = totalOf(input);
  if (total === undefined) return;
  // What we write has to be read with the same sum; a picture only has to come to an end.
  for (const to of ['folded', 'bpftrace'] as const) {
    const written = converted(input, to);
    if (written !== undefined) assert.equal(totalOf(Buffer.from(written)), total, to);
  }
  checkSpeedscope(converted(input, 'speedscope'), total);
  converted(input, 'svg');
}

/** Sum of the counts; undefined when the file is refused. */
function totalOf(input: Buffer): number | undefined {
  return unlessRefused(() => {
    let total = 0;
    for (const { count } of readStacks(input)) total += count;
    assert.ok(Number.isSafeInteger(total), `${total} is not exact`);
    return total;
  });
}

function converted(input: Buffer, to: Format): string | undefined {
  return unlessRefused(() => convert(input, to).text);
}

function checkSpeedscope(text: string | undefined, total: number): void {
  if (text === undefined) return;
  const { profiles } = JSON.parse(text) as { profiles: { weights: number[] }[] };
  const [all] = profiles;
  assert.equal(all?.weights.reduce((sum, weight) => sum + weight, 0) ?? 0, total, 'speedscope');
}

function unlessRefused<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}
