import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listProcesses, readStat, withCpuUse } from '../../../src/processes/processList';

test('a name with blanks and brackets is read whole', () => {
  const stat = '812 (a) b (c) S 1 812 812 0 -1 4194560 1 2 3 4 70 30 0 0 20 0 1 0 5';
  assert.deepEqual(readStat(stat), { name: 'a) b (c', cpuTicks: 100 });
});

test('use of the CPU is what was used between two readings, busiest first', () => {
  const info = { name: 'x', owner: 1000, commandLine: '' };
  const before = [
    { ...info, pid: 1, cpuTicks: 100 },
    { ...info, pid: 2, cpuTicks: 50 },
  ];
  const now = [
    { ...info, pid: 1, cpuTicks: 110 },
    { ...info, pid: 2, cpuTicks: 150 },
    { ...info, pid: 3, cpuTicks: 7 },
  ];
  assert.deepEqual(
    withCpuUse(now, before, 2).map(({ pid, cpuUse }) => [pid, cpuUse]),
    [
      [2, 0.5],
      [1, 0.05],
      [3, 0],
    ],
  );
});

test('this very process is in the list, with its arguments', async () => {
  const me = (await listProcesses()).find(({ pid }) => pid === process.pid);
  assert.ok(me);
  assert.ok(me.commandLine.includes('node'));
});
