import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CountedStack } from '../../../src/core/stack';
import { readBpftrace, writeBpftrace } from '../../../src/formats/bpftraceStack';
import { sampleStacks } from '../../support/sampleStacks';
import { assertGolden, fixture } from '../../support/golden';
import { anyStacks, asIs, bytesOf, sumOf } from '../../support/hostileNames';

const read = (text: string): CountedStack[] => [...readBpftrace(bytesOf(text), asIs)];
const write = (stacks: Iterable<CountedStack>): string => [...writeBpftrace(stacks)].join('');

function print({ frames, count, process, tid }: CountedStack): string {
  const owner = process ? `${process.name}:${process.key}:${tid ?? ''} ` : '';
  const letters = { kernel: 'k', native: 'n', jit: 'j', unknown: 'u' };
  return `${owner}${frames.map(({ symbol, kind }) => `${letters[kind]}:${symbol}`).join(' ')} ${count}`;
}

test('a plain stack.bpf', () => {
  const text =
    '@[\nupdate_rq_clock\ntick_sched_timer\nasm_sysvec_apic\nmain\n]: 37\n@[\nmain\n]: 2\n';
  assert.deepEqual(read(text).map(print), [
    'k:update_rq_clock k:tick_sched_timer k:asm_sysvec_apic n:main 37',
    'n:main 2',
  ]);
});

test('what bpftrace prints itself: names, keys before and behind, offsets, addresses, modules', () => {
  const text = `Attaching 4 probes...
@total: 98

@[
    vfs_read+187
    do_syscall_64+113
, bash, 123]: 3
@on_cpu[21579, 21580, 7000242793532281, 
	ffffffff81d33dbe read_zero+62
	ffffffff81000130 entry_SYSCALL_64_after_hwframe+118
, 
	5636423c5211 main+17 (/opt/demo/known)
	5636423c52b3 0x5636423c52b3 ([unknown])
	401136 start+4 (/opt/no pie (old))
]: 4
@raw[1, 2, 
, 
7f56f887a426
401136
]: 5
@b[21585, 21585, , 
	5636423c518a operator()+8 (/x)
]: 1
@a[1, 1, 5, ]: 2
@a[1, 1, 5, , ]: 1
@[, x]: 7
@[]: 6
@reads[bash]: 12
@usecs[bash]: count 3, average 4, total 12
`;
  assert.deepEqual(read(text).map(print), [
    'bash:123: k:vfs_read k:do_syscall_64 3',
    ':21579:21580 k:read_zero k:entry_SYSCALL_64_after_hwframe n:main u:[unknown] n:start 4',
    ':1:2 u:[unknown] u:[unknown] 5',
    ':21585:21585 n:operator() 1',
    ':1:1  2',
    ':1:1  1',
    'x:x:  7',
    ' 6',
  ]);
  const modules = read(text)[1]?.frames.map(({ module }) => module);
  assert.deepEqual(modules, ['[kernel]', '[kernel]', '/opt/demo/known', '', '/opt/no pie (old)']);
});

for (const version of ['0.17.0', '0.23.2', '0.27.1']) {
  test(`every sample that bpftrace ${version} printed is read`, () => {
    const file = fixture(`bpftrace-${version}.txt`);
    const printed = file.toString().matchAll(/^(?:@.*)?\]: (\d+)$/gm);
    const stacks = [...readBpftrace(file, asIs)];
    assert.equal(sumOf(stacks), sumOf([...printed].map((found) => ({ count: Number(found[1]) }))));
    assert.ok(stacks.every(({ process, tid }) => process && tid));
    const symbols = stacks.flatMap(({ frames }) => frames.map(({ symbol }) => symbol));
    assert.ok(symbols.includes('vfs_read'));
    assert.ok(symbols.every((symbol) => !/\+\d+$/.test(symbol)));
  });
}

test('a stack that does not end, or has no count, is refused with its line', () => {
  const refusals: Record<string, string> = {
    '@[\na\n]: 1\n@[\nb\n':
      'line 4: the stack that begins here does not end before the end of the file',
    '@[\na\n@[\nb\n]: 1\n': 'line 1: the stack that begins here does not end before another begins',
    '@[\r\na\r\n]: x\r\n': 'line 3: the count "x" is not a whole number',
    '@[\na\n]: count 3, total 9': 'line 3: the count "count 3, total 9" is not a whole number',
    '@[\na\n]: 9007199254740993': 'line 3: the counts are too large to add up exactly',
  };
  for (const [text, message] of Object.entries(refusals)) {
    assert.throws(() => read(text), { name: 'FormatError', message }, text);
  }
});

test('processes are left out, and equal stacks are one', () => {
  const stacks = sampleStacks();
  assertGolden('sample.bpf', write(stacks));
  assert.equal(sumOf(read(write(stacks))), sumOf(stacks));
});

test('bare symbols that could be taken for something else are written so that they are not', () => {
  const symbols = [
    '',
    ' a ',
    ']: 3',
    'b]: 3',
    '@[',
    '@x[1, ',
    ', y',
    'two\nlines',
    '\x1b[0m',
    '[other]',
  ];
  const frames = symbols.map((symbol) => ({
    symbol,
    name: '',
    module: '',
    kind: 'native' as const,
  }));
  assert.equal(
    write([{ frames, count: 1 }]),
    '@[\n[unknown]\na\n_]:3\nb]:3\n_@[\n_@x[1,\n_, y\ntwo\\x0alines\n\\x1b[0m\n[other]\n]: 1\n',
  );
});

/**
 * Counts as stackcollapse-bpftrace.pl is known to: a stack begins at a line that is `@[` and ends at
 * the first that has `]: ` and digits anywhere in it.
 */
function collapsedTotal(text: string): number {
  let [total, inside] = [0, false];
  for (const line of text.split('\n')) {
    const end = /\]: (\d+)/.exec(line);
    if (inside && end) total += Number(end[1]);
    inside = inside ? !end : line === '@[';
  }
  return total;
}

test('every count comes back, whatever the symbols, here and in stackcollapse-bpftrace.pl', () => {
  fc.assert(
    fc.property(anyStacks, (stacks) => {
      const text = write(stacks);
      assert.equal(sumOf(read(text)), sumOf(stacks));
      assert.equal(collapsedTotal(text), sumOf(stacks));
      assert.equal(read(text).length, text.match(/^@\[$/gm)?.length);
    }),
  );
});
