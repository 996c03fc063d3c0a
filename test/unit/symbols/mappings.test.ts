/** Mappings without end: what is kept of them has a bound, and is shared. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MappingStore } from '../../../src/symbols/mappingStore';
import { MappingTable } from '../../../src/symbols/mappingTable';
import { Symboliser } from '../../../src/symbols/symboliser';

const PAGE = 0x1000;

function line(page: number, permissions: string, offset: number, file: string): string {
  const [start, end, at] = [page * PAGE, (page + 1) * PAGE, offset * PAGE].map((n) =>
    n.toString(16),
  );
  return `${start}-${end} ${permissions} ${at?.padStart(8, '0')} ${file}`;
}

const LIBRARY = 'fe:00 12 /lib/x.so';
const NOTHING = '00:00 0 ';

test('neighbours of which an address says the same are one', () => {
  const table = new MappingTable(
    [
      line(1, 'r-xp', 0, LIBRARY),
      line(2, 'rwxp', 1, LIBRARY),
      line(3, 'r-xp', 2, LIBRARY),
      line(4, 'r-xp', 9, LIBRARY),
      line(5, 'rw-p', 0, NOTHING),
      line(6, 'rwxp', 0, NOTHING),
      line(7, 'rw-p', 0, NOTHING),
      line(9, 'rw-p', 0, NOTHING),
    ].join('\n'),
  );
  assert.equal(table.size, 4);
  const { start, offset, end, printedEnd } = table.find(3 * PAGE) ?? assert.fail();
  assert.deepEqual([start, end, offset], [PAGE, 4 * PAGE, 0]);
  assert.equal(printedEnd, 2 * PAGE, 'the kernel has a link for the first of them');
  assert.equal(table.find(4 * PAGE)?.offset, 9 * PAGE);
  assert.equal(table.find(8 * PAGE), undefined);
  assert.equal(table.hasGeneratedCode, true, 'one of those that are one is executable');
});

/** Pages of a file between pages of memory: none can be one with its neighbour. */
function alternating(count: number, seed: number): string {
  return Array.from({ length: count }, (_, page) =>
    page % 2 ? line(page + seed, 'rw-p', 0, NOTHING) : line(page + seed, 'r-xp', 0, LIBRARY),
  ).join('\n');
}

test('65,000 mappings take some MB, thousands of files with long paths no more than 8', () => {
  const table = new MappingTable(alternating(65_000, 1));
  assert.equal(table.size, 65_000);
  assert.ok(table.byteLength < 3 * 2 ** 20, `${table.byteLength} bytes`);
  const files = Array.from({ length: 9_000 }, (_, page) =>
    line(page + 1, 'r-xp', 0, `fe:00 ${page + 1} /${'x'.repeat(4_000)}${page}`),
  );
  const long = new MappingTable(files.join('\n'));
  assert.ok(long.byteLength < 8.1 * 2 ** 20, `${long.byteLength} bytes`);
  assert.ok(long.find(PAGE) && !long.find(9_000 * PAGE));
});

test('the same text is one table, for as long as somebody has it', () => {
  const store = new MappingStore();
  const [first, second] = [store.take(alternating(100, 1)), store.take(alternating(100, 1))];
  assert.equal(first, second);
  const other = store.take(alternating(100, 2));
  assert.equal(store.byteLength, first.byteLength + other.byteLength);
  store.giveBack(first);
  store.giveBack(other);
  assert.equal(store.byteLength, second.byteLength);
  store.giveBack(second);
  assert.equal(store.byteLength, 0);
});

test('the process that was seen longest ago loses its mappings first, and it is said once', () => {
  const said: number[] = [];
  const room = 2.5 * new MappingTable(alternating(1_000, 1)).byteLength;
  const symboliser = new Symboliser({
    maxMappingBytes: room,
    onMappingsDropped: (bytes) => said.push(bytes),
  });
  const address = (500 * PAGE).toString(16);
  const covered = () =>
    ['1:1', '2:1', '3:1', '4:1'].filter((key) => symboliser.covers(key, address));
  symboliser.setMappings('1:1', 0, alternating(1_000, 1));
  symboliser.setMappings('2:1', 0, alternating(1_000, 2));
  symboliser.startBatch('1:1');
  assert.deepEqual(said, []);
  symboliser.setMappings('3:1', 0, alternating(1_000, 3));
  assert.deepEqual(covered(), ['1:1', '3:1']);
  symboliser.setMappings('4:1', 0, alternating(1_000, 1));
  assert.deepEqual(covered(), ['1:1', '3:1', '4:1'], 'a fork of the first takes no room');
  symboliser.setMappings('2:1', 0, alternating(1_000, 2));
  assert.ok(covered().includes('2:1'), 'told again it has them again');
  assert.deepEqual(said, [room]);
});

test('a process that alone has more than there is room for keeps what it has', () => {
  const symboliser = new Symboliser({ maxMappingBytes: 1_000 });
  symboliser.setMappings('1:1', 0, alternating(1_000, 1));
  assert.equal(symboliser.covers('1:1', (500 * PAGE).toString(16)), true);
});
