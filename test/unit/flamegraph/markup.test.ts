import assert from 'node:assert/strict';
import { test } from 'node:test';
import { element } from '../../../src/flamegraph/markup';

test('elements nest, and what is undefined is left out', () => {
  const text = element('text', { x: 4, class: undefined }, 'a', element('b', {}));
  assert.equal(String(text), '<text x="4">a<b/></text>');
});

test('text and attributes are escaped, always', () => {
  assert.equal(
    String(element('a', { title: '"<&>\'' }, '</a><script>', ']]>', 'a & b\r')),
    '<a title="&quot;&lt;&amp;&gt;\'">&lt;/a&gt;&lt;script&gt;]]&gt;a &amp; b&#13;</a>',
  );
});

test('text that looks like markup is no markup, also as an object', () => {
  const forged = { toString: () => '<b/>', text: '<b/>' } as unknown as string;
  assert.throws(() => element('a', {}, forged));
});

test('what XML cannot write is replaced so that it can be seen', () => {
  assert.equal(
    String(element('a', {}, '\0\x1b[0m\t\n', '\ud800x\udc00', '\ufffe', '🔥')),
    '<a>\\x00\\x1b[0m\t\n\ufffdx\ufffd\ufffd🔥</a>',
  );
});
