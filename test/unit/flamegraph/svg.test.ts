import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { CallTree } from '../../../src/core/callTree';
import type { CountedStack } from '../../../src/core/stack';
import { MAX_SVG_BYTES, renderSvg } from '../../../src/flamegraph/svg';
import { assertGolden } from '../../support/golden';
import { anyStacks, HOSTILE_NAMES, sumOf } from '../../support/hostileNames';
import { pictureData } from './pictures';
import { frame, sampleStacks } from '../../support/sampleStacks';

process.env.TZ = 'UTC';

const xmllint = spawnSync('xmllint', ['--version']).error ? 'needs xmllint' : false;
const startedAt = Date.UTC(2025, 10, 24, 14, 3, 22);
const info = {
  what: 'user and kernel stacks of all processes',
  startedAt,
  durationSeconds: 30,
  hz: 99,
  lost: 0,
};

const render = (stacks: Iterable<CountedStack>): string => renderSvg(CallTree.of(stacks), { info });

/** It has tests of its own, and would change every golden file. */
function withoutScript(svg: string): string {
  return svg.replace(/<script>[^<]*<\/script>/, '');
}

/** Rectangles of the graph, without those of header and patterns. */
function rectangles(svg: string): { x: number; y: number; width: number; height: number }[] {
  const frames = /<g id="frames".*?<\/g>/s.exec(svg)?.[0] ?? '';
  return [...frames.matchAll(/<rect [^>]*>/g)].map(([text]) => {
    const read = (name: string): number => Number(new RegExp(` ${name}="([^"]*)"`).exec(text)?.[1]);
    return { x: read('x'), y: read('y'), width: read('width'), height: read('height') };
  });
}

function assertWellFormed(svg: string): void {
  const { status, stderr } = spawnSync('xmllint', ['--noout', '--huge', '-'], {
    input: svg,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr.slice(0, 500));
}

test('the sample recording, as an icicle and as a flame', () => {
  const tree = CallTree.of(sampleStacks());
  for (const orientation of ['icicle', 'flame'] as const) {
    const svg = renderSvg(tree, { info, orientation });
    assertGolden(`sample.${orientation}.svg`, withoutScript(svg));
  }
});

test('the title says what, when, how long, how often, how many and what was lost', () => {
  const svg = render(sampleStacks());
  assert.match(
    svg,
    /<title id="title">User and kernel stacks of all processes · flame graph<\/title>/,
  );
  assert.match(svg, />2025-11-24 14:03:22 UTC · 30 s · 99 Hz · 3,772 samples · 0 lost</);
  assert.match(svg, />kernel 20\.4%</);
  assert.match(svg, />2 unusual</);
});

test('it needs nothing from outside', () => {
  const svg = withoutScript(render(sampleStacks())).replace(/ xmlns="[^"]*"/, '');
  assert.doesNotMatch(svg, /https?:|href|@import|url\((?!#hatch\))/);
});

test('every sample is in it, and rectangles lie within the picture', () => {
  fc.assert(
    fc.property(anyStacks, (stacks) => {
      const svg = render(stacks);
      const { row, count } = pictureData(svg);
      assert.equal(count[0], sumOf(stacks));
      const drawn = rectangles(svg);
      assert.equal(drawn.length, row.length);
      for (const { x, y, width, height } of drawn) {
        assert.ok(x >= 0 && width >= 0 && x + width <= 1168.01 && y >= 0 && height === 17);
      }
    }),
    { numRuns: 50 },
  );
});

test('no name breaks it, and none gets into it as markup', { skip: xmllint }, () => {
  const hostile = HOSTILE_NAMES.map((name): CountedStack => {
    const broken = { symbol: name, name, module: name, kind: 'native' as const };
    const process = { key: '1', tgid: 1, name };
    return { frames: [broken], count: 9, process, tid: 1, label: 1, reason: name };
  });
  const svg = renderSvg(CallTree.of(hostile), { info: { ...info, what: HOSTILE_NAMES.join(' ') } });
  assertWellFormed(svg);
  assert.equal(svg.match(/<script/g)?.length, 1);
  assert.doesNotMatch(svg, /[\0-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069]/);
  fc.assert(
    fc.property(anyStacks, (stacks) => assertWellFormed(render(stacks))),
    { numRuns: 30 },
  );
});

test('a name of 4,000 characters is cut, and says how long it is', () => {
  const name = `n:${'std::vector<int>, '.repeat(223)}end`;
  const svg = render([{ frames: [frame(name)], count: 1 }]);
  const [, [shown] = []] = pictureData(svg).functions;
  assert.equal(shown?.endsWith('… (4,017 characters)'), true);
  assert.ok(shown.length < 450);
});

test('whatever is recorded, it is at most 5,000 rectangles and 1 MB', () => {
  const wide = Array.from({ length: 20_000 }, (_, i): CountedStack => {
    const name = `<&"${'\u{1f525}&'.repeat(150)}${i}>`;
    return { frames: [{ symbol: name, name, module: name, kind: 'jit' }], count: 1 + (i % 7) };
  });
  const deep = Array.from({ length: 3000 }, (_, i): CountedStack => {
    const frames = Array.from({ length: 250 }, (__, depth) =>
      frame(`n:${depth < 100 ? depth : `${depth}_${i % 40}`}`),
    );
    return { frames: frames.reverse(), count: 1 + (i % 5) };
  });
  for (const stacks of [wide, deep]) {
    const svg = render(stacks);
    assert.ok(Buffer.byteLength(svg) <= MAX_SVG_BYTES, `${Buffer.byteLength(svg)} bytes`);
    assert.ok(rectangles(svg).length <= 5000);
    assert.equal(pictureData(svg).count[0], sumOf(stacks));
  }
});

test('nothing recorded is said, not drawn', () => {
  const svg = render([]);
  assert.match(svg, />No samples were recorded\.</);
  assert.equal(rectangles(svg).length, 1);
});
