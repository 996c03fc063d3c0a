/** Names and stacks that a traced process could choose to break a format, for every format's test. */
import fc from 'fast-check';
import { FrameTable, type FrameKind } from '../../src/core/frame';
import type { CountedStack } from '../../src/core/stack';

export const HOSTILE_NAMES: readonly string[] = [
  '',
  ' ',
  '  leading and trailing  ',
  'a;b',
  ';',
  ']: 3',
  'x]: 3',
  '@[',
  '@name[1, 2, ',
  ',',
  ', bash]: 7',
  'two\nlines',
  'return\r',
  'two\r\nlines]: 9\n@[\n',
  'ends in number 12',
  'vfs_read+62',
  'ffffffff81d33dbe read_zero+62',
  '7f56f887a417',
  '0x7f56f887a417',
  '[unknown]',
  '<script>alert(1)</script>',
  ']]>',
  '"quotes" & \'apostrophes\'',
  '&amp;&#0;',
  '</svg>',
  '{"a":1}',
  '\\u0041\\',
  '\0\x01\x08\x0b\x1b[31m\x7f\x9b',
  '\u202egnp.exe\u202c',
  'شبكة::قراءة',
  '\ud800',
  'a\udc00b',
  '\ufeff',
  '\ufffe\uffff',
  '漢字の関数',
  '🔥'.repeat(30),
  `std::map<${'std::vector<int>, '.repeat(300)}>::find`,
];

export const anyName = fc.oneof(
  fc.constantFrom(...HOSTILE_NAMES),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ maxLength: 20 }),
);

const kinds: readonly FrameKind[] = ['kernel', 'native', 'jit', 'unknown'];

const anyFrame = fc.record({ symbol: anyName, module: anyName, kind: fc.constantFrom(...kinds) });

const anyOwner = fc.record({
  tgid: fc.nat(5),
  name: anyName,
  life: fc.integer({ min: 1, max: 2 }),
});

const anyStack = fc.record({
  frames: fc.array(anyFrame, { maxLength: 8 }),
  count: fc.oneof(fc.nat(1000), fc.integer({ min: 0, max: 2 ** 45 })),
  owner: anyOwner,
  tid: fc.nat(9),
});

/** Stacks of processes and threads, as a recording gives them. */
export const anyStacks = fc.array(anyStack, { minLength: 1, maxLength: 30 }).map((drawn) => {
  const table = new FrameTable();
  const stacks = drawn.map(({ frames, count, owner: { tgid, name, life }, tid }, i) => ({
    frames: frames.map((each) => table.intern({ ...each, name: each.symbol })),
    addresses: frames.map(({ kind }, at) => (kind === 'kernel' ? `ffffffff8100${1000 + at}` : '1')),
    count,
    process: { key: life === 1 ? `${tgid}` : `${tgid}.2`, tgid, name: `${name}${life}` },
    tid,
    id: String(i),
    label: null,
  }));
  return together(stacks);
});

/** Process by process, and thread by thread. */
export function together(stacks: readonly CountedStack[]): CountedStack[] {
  const place = ({ process, tid = 0 }: CountedStack): string => `${process?.key} ${tid}`;
  return [...stacks].sort((a, b) => place(a).localeCompare(place(b)));
}

export function sumOf(stacks: Iterable<{ readonly count: number }>): number {
  let sum = 0;
  for (const { count } of stacks) sum += count;
  return sum;
}

export function bytesOf(text: string | Iterable<string>): Uint8Array {
  return Buffer.from(typeof text === 'string' ? text : [...text].join(''), 'utf8');
}

/** Leaves every symbol as it is. */
export const asIs = (symbol: string): string => symbol;
