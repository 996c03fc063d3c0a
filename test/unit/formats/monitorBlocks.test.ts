import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CountedStack } from '../../../src/core/stack';
import { monitorBlocks } from '../../../src/formats/monitorBlocks';
import { frame } from '../../support/sampleStacks';
import { anyStacks, sumOf } from '../../support/hostileNames';

const RULE = '_'.repeat(60);

function hit(id: string, tid: number, name: string, count: number, path: string): CountedStack {
  const frames = path.split(' ').map(frame);
  const addresses = frames.map((_, i) => `ffffffff928fce${count}${i}`);
  const process = { key: String(tid), tgid: tid, name };
  return { frames, addresses, count, process, tid, id };
}

test('one block per stack, with every thread that hit it, as the ancestor printed them', () => {
  const stacks = [
    hit('12', 82731, '5', 30, 'k:update_rq_clock k:do_syscall_64'),
    hit('7', 9, 'kworker/0:1', 2, 'k:schedule'),
    hit('5', 801, 'make', 7, 'k:update_rq_clock k:do_syscall_64'),
  ];
  assert.equal(
    monitorBlocks(stacks, '14:03:22'),
    [
      RULE,
      '0xffffffff928fce300 update_rq_clock',
      '0xffffffff928fce301 do_syscall_64',
      'stackid    count  pid    comm            ',
      '5          37    ',
      '                  801    make            ',
      '                  82731  5               ',
      RULE,
      '0xffffffff928fce20 schedule',
      'stackid    count  pid    comm            ',
      '7          2     ',
      '                  9      kworker/0:1     ',
      '__________________________14:03:22__________________________',
      '',
      '',
    ].join('\n'),
  );
});

test('a thread is listed once, however many entries it has', () => {
  const stacks = [hit('1', 5, 'a', 1, 'k:f'), hit('2', 5, 'a', 2, 'k:f')];
  assert.equal(monitorBlocks(stacks, '00:00:00').match(/^ {18}5 {6}a/gm)?.length, 1);
});

test('without samples there is only the closing line', () => {
  assert.equal(
    monitorBlocks([], '00:00:00').trimEnd(),
    `${'_'.repeat(26)}00:00:00${'_'.repeat(26)}`,
  );
});

test('no name can forge a line, and the counts add up', () => {
  fc.assert(
    fc.property(anyStacks, (stacks) => {
      const text = monitorBlocks(stacks, '00:00:00');
      const counts = [...text.matchAll(/^stackid.*\n\d+ +(\d+) *$/gm)];
      assert.equal(sumOf(counts.map(([, count]) => ({ count: Number(count) }))), sumOf(stacks));
      const rule = (line: string): boolean => line === RULE;
      assert.equal(text.split('\n').filter(rule).length, counts.length);
    }),
  );
});
