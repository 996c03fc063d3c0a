/**
 * src/flamegraph/svgScript.ts is the built form of src/flamegraph/client/, kept in the repository so
 * that the writer stays pure and runs without a build. UPDATE_GOLDEN=1 builds it anew.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { format, resolveConfig } from 'prettier';
import { svgScript } from '../../../src/flamegraph/svgScript';
import { updatesGolden } from '../../support/golden';

const ENTRY = fileURLToPath(new URL('../../../src/flamegraph/client/main.ts', import.meta.url));
const TARGET = fileURLToPath(new URL('../../../src/flamegraph/svgScript.ts', import.meta.url));

const HEADER = `/**
 * The script inside a saved picture: src/flamegraph/client/, bundled. Not to be edited by hand; see
 * test/unit/flamegraph/svgScript.test.ts.
 */
`;

function bundle(): string {
  const { outputFiles } = buildSync({
    entryPoints: [ENTRY],
    bundle: true,
    minify: true,
    charset: 'ascii',
    format: 'iife',
    target: 'es2022',
    write: false,
  });
  return outputFiles[0]?.text.trim() ?? '';
}

test('the script in pictures is the one of src/flamegraph/client', async () => {
  const script = bundle();
  if (updatesGolden) {
    const source = `${HEADER}export const svgScript = ${JSON.stringify(script)};\n`;
    const options = { ...(await resolveConfig(TARGET)), parser: 'typescript' };
    writeFileSync(TARGET, await format(source, options));
    return;
  }
  assert.ok(svgScript === script, 'client/ has changed: run this test with UPDATE_GOLDEN=1');
});

test('the script makes no markup from text, evaluates nothing, asks nothing, fetches nothing', () => {
  const forbidden =
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|\bprompt\(|\balert\(|\bfetch\(|XMLHttpRequest|import\(/;
  assert.doesNotMatch(svgScript, forbidden);
});
