import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { MappingTable } from '../../../src/symbols/mappingTable';
import { moduleOf, parseMaps, pathsOf, type Mapping } from '../../../src/symbols/maps';

const LIBC =
  '7f56f87aa000-7f56f8900000 r-xp 00026000 fe:00 339380                     /usr/lib/x86_64-linux-gnu/libc.so.6';

function parseOne(line: string): Mapping {
  const [mapping, ...rest] = parseMaps(line);
  assert.equal(rest.length, 0);
  assert.ok(mapping, `not parsed: ${line}`);
  return mapping;
}

test('a line is read in all its parts', () => {
  assert.deepEqual(parseOne(LIBC), {
    start: 0x7f56f87aa000,
    end: 0x7f56f8900000,
    printedEnd: 0x7f56f8900000,
    executable: true,
    offset: 0x26000,
    device: 'fe:00',
    inode: '339380',
    name: '/usr/lib/x86_64-linux-gnu/libc.so.6',
  });
});

test('names that are no path, odd paths and inode numbers beyond a double are kept', () => {
  const named = (name: string) =>
    parseOne(`1000-2000 r-xp 00000000 00:2a 18446744073709551615 ${name}`);
  const names = ['', '[vdso]', '[anon:v8]', '//anon', '/tmp/two  spaces ', '/tmp/x (deleted)'];
  for (const name of [...names, '/tmp/\xe4\x85\r\xff', '/a\\012b']) {
    assert.equal(named(name).name, name);
    assert.equal(named(name).inode, '18446744073709551615');
  }
});

test('people see UTF-8, no mark of a deleted file, and nothing for nameless memory', () => {
  const module = (name: string) => moduleOf(parseOne(`1000-2000 r-xp 00000000 00:2a 7 ${name}`));
  assert.equal(module('/tmp/gr\xc3\xbcn (deleted)'), '/tmp/grün');
  assert.equal(module('/tmp/\xff'), '/tmp/\ufffd');
  assert.equal(module('//anon'), '');
  assert.equal(module('[vdso]'), '[vdso]');
});

test('a newline in a path is told from a backslash by trying both', () => {
  assert.deepEqual(pathsOf(parseOne('1000-2000 r-xp 0 00:2a 7 /a\\012b')), ['/a\nb', '/a\\012b']);
  assert.deepEqual(pathsOf(parseOne(LIBC)), ['/usr/lib/x86_64-linux-gnu/libc.so.6']);
});

test('lines that are no mapping are skipped and the others stay', () => {
  const bad = [
    '',
    'garbage',
    LIBC.slice(0, 40),
    `x${LIBC}`,
    '1-2 rwxp',
    'ffffffffffffffffff-1 r-xp 0 0:0 0 ',
  ];
  const mappings = parseMaps([...bad, LIBC, ...bad, LIBC].join('\n'));
  assert.deepEqual(
    mappings.map(({ inode }) => inode),
    ['339380', '339380'],
  );
});

test('no text makes the parser throw, and no mapping comes out of nonsense', () => {
  const text = fc.string({ unit: fc.constantFrom(...'0f -rxp:[/\n\\'), maxLength: 80 });
  fc.assert(
    fc.property(text, (nonsense) => {
      for (const { start, end } of parseMaps(nonsense)) assert.ok(start >= 0 && end >= 0);
    }),
  );
});

test('addresses are found in what may hold code, up to its edges', () => {
  const table = new MappingTable(
    [
      '5000-6000 rw-p 00000000 00:00 0 ',
      '6000-7000 rw-p 00000000 00:00 0 [anon:v8]',
      '7000-8000 rw-p 00000000 00:00 0 [heap]',
      '1000-2000 r-xp 00000000 fe:00 12 /bin/a',
      '2000-3000 r--p 00001000 fe:00 12 /bin/a',
      '3000-4000 r-xp 00002000 fe:00 12 /bin/a',
      'ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]',
    ].join('\n'),
  );
  const offsetAt = (address: number) => table.find(address)?.offset;
  assert.deepEqual([0xfff, 0x1000, 0x1fff].map(offsetAt), [undefined, 0, 0]);
  assert.equal(offsetAt(0x2000), undefined, 'data of a file holds no code');
  assert.deepEqual([0x3000, 0x3fff, 0x4000].map(offsetAt), [0x2000, 0x2000, undefined]);
  assert.equal(table.find(0x5800)?.name, '', 'a JIT may make this memory executable');
  assert.equal(table.find(0x6800)?.name, '[anon:v8]');
  assert.equal(table.find(0x7800), undefined);
  assert.equal(table.find(0xffffffffff600400)?.name, '[vsyscall]');
  assert.equal(table.find(NaN), undefined);
});

test('every address of our own mappings is found as a search line by line finds it', () => {
  const text = readFileSync('/proc/self/maps', 'latin1');
  const table = new MappingTable(text);
  // Above 2^53 (the vsyscall page) the last address of a page is no number of its own.
  const executable = parseMaps(text).filter(
    (mapping) => mapping.executable && mapping.end < 2 ** 53,
  );
  assert.ok(executable.length > 3);
  for (const mapping of executable) {
    for (const address of [mapping.start, mapping.end - 1, (mapping.start + mapping.end) / 2]) {
      const { name, inode, start } = table.find(address) ?? {};
      assert.deepEqual([name, inode], [mapping.name, mapping.inode]);
      assert.ok(Number(start) <= mapping.start, 'neighbours are one');
    }
  }
});
