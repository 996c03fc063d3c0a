import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detect } from '../../../src/formats/detect';
import { fixture } from '../../support/golden';
import { bytesOf } from '../../support/hostileNames';

test('a format is told from what is in the file', () => {
  const texts: Record<string, string> = {
    '{\n  "1":{': 'stackCountLog',
    '\ufeff\r\n{"1":{}}': 'stackCountLog',
    '{}': 'stackCountLog',
    '@[\na\n]: 1': 'bpftrace',
    'Attaching 4 probes...\nTICK a 7054470195545\n@na: 98\n@a[1, 2, \n': 'bpftrace',
    '@[]: 5': 'bpftrace',
    'a;b 1': 'folded',
    '\n\na 1\r\n': 'folded',
    '@[;b 3': 'folded',
    '@[ 3': 'folded',
    '{lambda;b 3': 'folded',
    'a;]: 3 5': 'folded',
  };
  for (const [text, format] of Object.entries(texts))
    assert.equal(detect(bytesOf(text)), format, text);
});

test('output of bpftrace is found behind much else', () => {
  for (const version of ['0.17.0', '0.23.2', '0.27.1']) {
    assert.equal(detect(fixture(`bpftrace-${version}.txt`)), 'bpftrace');
  }
});

test('a file of another kind is refused, quoting its beginning', () => {
  const refusals: Record<string, RegExp> = {
    '': /^the file is empty$/,
    ' \r\n\n': /^the file is empty$/,
    '<?xml version="1.0"?>\n<svg/>': /^"<\?xml version=\\"1\.0\\"\?>" begins no stack_count\.log/,
    'Lorem ipsum\ndolor 3': /^"Lorem ipsum" begins no/,
    '\x7fELF\0\0': /^"\\x7fELF/,
    '["a"]': /begins no/,
  };
  for (const [text, message] of Object.entries(refusals)) {
    assert.throws(() => detect(bytesOf(text)), { name: 'FormatError', message }, text);
  }
});
