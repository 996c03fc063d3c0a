/**
 * Golden files: what a writer made is compared with test/fixtures/formats/<name>. On a difference
 * <name>.actual is left beside it; UPDATE_GOLDEN=1 writes the golden file instead.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const updatesGolden = process.env.UPDATE_GOLDEN === '1';

const FOLDER = new URL('../fixtures/formats/', import.meta.url);

export function fixturePath(name: string): string {
  return fileURLToPath(new URL(name, FOLDER));
}

export function fixture(name: string): Buffer {
  return readFileSync(fixturePath(name));
}

export function assertGolden(name: string, text: string): void {
  const path = fixturePath(name);
  if (updatesGolden) writeFileSync(path, text);
  const expected = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (text !== expected) writeFileSync(`${path}.actual`, text);
  else rmSync(`${path}.actual`, { force: true });
  assert.ok(text === expected, `differs from ${path}: compare with ${name}.actual`);
}
