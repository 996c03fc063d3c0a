/** What JITs write about their code, and what others write there. */
import assert from 'node:assert/strict';
import {
  appendFileSync,
  chownSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { ByteBudget } from '../../../src/symbols/byteBudget';
import { PerfMap, perfMapPaths } from '../../../src/symbols/perfMap';
import { PerfMapTable } from '../../../src/symbols/perfMapTable';
import { tempDir } from '../../support/tempDir';
import { run } from '../../support/knownPrograms';

const USER = process.getuid?.() ?? 0;
const ROOT_ONLY = USER === 0 ? false : 'only root can give files away';

function tableOf(text: string): PerfMapTable {
  const table = new PerfMapTable();
  table.append(Buffer.from(text));
  return table;
}

test('a line as node writes it', () => {
  const table = tableOf('7f5d7c0061c0 288 JS:*hot /tmp/work/hot.js:1:13\n');
  const at = (address: number) => table.find(address);
  assert.equal(at(0x7f5d7c0061c0), 'JS:*hot /tmp/work/hot.js:1:13');
  assert.equal(at(0x7f5d7c0061c0 + 0x287), 'JS:*hot /tmp/work/hot.js:1:13');
  assert.equal(at(0x7f5d7c0061c0 + 0x288), undefined);
  assert.equal(at(0x7f5d7c0061bf), undefined);
});

test('upper case and 0x are read, and names in UTF-8', () => {
  const table = tableOf('0xABC0 0x10 grün\nDEF0 10  two spaces\n');
  assert.equal(table.find(0xabc8), 'grün');
  assert.equal(table.find(0xdef8), ' two spaces');
});

test('garbage is skipped, and what is around it is read', () => {
  const garbage = [
    '',
    ' ',
    'hello world',
    '1000',
    '1000 ',
    '1000 10',
    '1000 10 ',
    '1000 0 empty',
    '-1 10 negative',
    '1000 1g bad size',
    '11111111111111111 10 too many digits',
    '\0\0\0\xff\xfe',
    'x'.repeat(100_000),
  ];
  const table = tableOf([...garbage, '2000 10 good', ...garbage, '3000 10 last'].join('\n'));
  assert.equal(table.find(0x2008), 'good');
  assert.equal(table.find(0x3008), 'last');
  assert.equal(table.find(0x1008), undefined);
});

test('any bytes at all', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const table = new PerfMapTable();
      table.append(Buffer.from(bytes));
      table.find(0);
    }),
  );
});

const entry = fc.record({ start: fc.nat(100), size: fc.integer({ min: 1, max: 30 }) });

test('later lines win over earlier ones, however they come in', () => {
  fc.assert(
    fc.property(fc.array(fc.array(entry, { maxLength: 8 }), { maxLength: 12 }), (portions) => {
      const table = new PerfMapTable();
      const all: { start: number; size: number; name: string }[] = [];
      for (const portion of portions) {
        const named = portion.map((one, i) => ({ ...one, name: `f${all.length + i}` }));
        const lines = named.map(({ start, size, name }) => {
          return `${start.toString(16)} ${size.toString(16)} ${name}\n`;
        });
        table.append(Buffer.from(lines.join('')));
        all.push(...named);
      }
      for (let at = 0; at < 140; at++) {
        const last = all.findLast(({ start, size }) => start <= at && at < start + size);
        assert.equal(table.find(at), last?.name);
      }
    }),
  );
});

/** A perf map of ourselves, whose file the test writes. */
function watched(startedMs = 0, user = USER, bytes = 2 ** 20) {
  const path = join(tempDir('perf'), 'perf-1.map');
  const budget = new ByteBudget(bytes);
  const map = new PerfMap([path], { user, ownPid: 1, startedMs }, budget);
  const find = (address: number) => {
    map.refresh();
    return map.find(address);
  };
  return { path, map, budget, find };
}

test('what is appended is read on, a half-written line when it is whole', () => {
  const { path, find } = watched();
  assert.equal(find(0x1008), undefined, 'no file yet');
  writeFileSync(path, '1000 10 first\n2000 10 sec');
  assert.equal(find(0x1008), 'first');
  assert.equal(find(0x2008), undefined);
  appendFileSync(path, 'ond\n1000 8 again\n');
  assert.equal(find(0x2008), 'second');
  assert.equal(find(0x1004), 'again');
  assert.equal(find(0x100c), 'first');
});

test('a file that was replaced or cut is read from its beginning', () => {
  const { path, find } = watched();
  writeFileSync(path, '1000 10 old\n2000 10 old too\n');
  assert.equal(find(0x2008), 'old too');
  writeFileSync(`${path}.new`, '3000 10 new, and longer than the one before\n');
  renameSync(`${path}.new`, path);
  assert.equal(find(0x3008), 'new, and longer than the one before');
  assert.equal(find(0x2008), undefined);
  truncateSync(path, 0);
  assert.equal(find(0x3008), undefined);
});

test('a file that is gone keeps its names: the process has ended', () => {
  const { path, find } = watched();
  writeFileSync(path, '1000 10 kept\n');
  assert.equal(find(0x1008), 'kept');
  rmSync(path);
  assert.equal(find(0x1008), 'kept');
});

test('a file of another user is not believed, one of root is', { skip: ROOT_ONLY }, () => {
  const foreign = watched();
  writeFileSync(foreign.path, '1000 10 forged\n');
  chownSync(foreign.path, 12345, 12345);
  assert.equal(foreign.find(0x1008), undefined);
  const own = watched(0, 12345);
  writeFileSync(own.path, '1000 10 by root\n');
  assert.equal(own.find(0x1008), 'by root');
  chownSync(own.path, 12345, 12345);
  assert.equal(own.find(0x1008), 'by root');
});

test('a file older than the process is not believed', () => {
  const { path, find } = watched(Date.now() + 60_000);
  writeFileSync(path, '1000 10 of an earlier process\n');
  assert.equal(find(0x1008), undefined);
});

test('a link and a FIFO are not read', () => {
  const linked = watched();
  writeFileSync(`${linked.path}.real`, '1000 10 linked\n');
  symlinkSync(`${linked.path}.real`, linked.path);
  assert.equal(linked.find(0x1008), undefined);
  const piped = watched();
  run('mkfifo', piped.path);
  const started = performance.now();
  assert.equal(piped.find(0x1008), undefined);
  assert.ok(performance.now() - started < 1000);
});

test('megabytes without a line, then a line', () => {
  const { path, find } = watched(0, USER, 2 ** 24);
  writeFileSync(path, `${'y'.repeat(3 * 2 ** 20)}\n1000 10 behind\n`);
  assert.equal(find(0x1008), 'behind');
});

test('room is limited, shared and given back', () => {
  const { path, find, map, budget } = watched(0, USER, 100);
  writeFileSync(path, `1000 10 ${'a'.repeat(60)}\n`);
  assert.match(find(0x1008) ?? '', /^a+$/);
  assert.equal(budget.take(100), false);
  appendFileSync(path, `2000 10 ${'b'.repeat(60)}\n`);
  assert.equal(find(0x2008), undefined, 'no room for more');
  map.release();
  assert.equal(budget.take(100), true);
});

test('in a container the process knows another pid', () => {
  assert.deepEqual(perfMapPaths(471, 471, '', '/tmp'), ['/tmp/perf-471.map']);
  assert.deepEqual(perfMapPaths(471, 7, '/proc/471/root', '/tmp'), [
    '/proc/471/root/tmp/perf-7.map',
    '/tmp/perf-471.map',
  ]);
});
