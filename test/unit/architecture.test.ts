/** The promises of ARCHITECTURE.md about who may import whom, held against what the files do. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { codeMap, forbidden, importsOf, roomOf, ROOMS } from '../../scripts/lib/rooms.mjs';

const TOP_FOLDERS = ['src', 'webview', 'bench', 'test', 'scripts'];

const IMPORT = /(?:^|[\s;])(?:from|import) '([^']+)'|\bimport\('([^']+)'\)/g;

function importsIn(text: string): string[] {
  return [...text.matchAll(IMPORT)].map((found) => found[1] ?? found[2] ?? '');
}

function sources(): string[] {
  return TOP_FOLDERS.flatMap((top) =>
    readdirSync(top, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|mjs)$/.test(file))
      .map((file) => join(top, file)),
  );
}

test('every file imports only what its room may import', () => {
  const wrong = sources().flatMap((file) =>
    importsIn(readFileSync(file, 'utf8')).flatMap((target) => {
      const message = forbidden(file, target);
      return message === undefined ? [] : [`${file}: ${message}`];
    }),
  );
  assert.deepEqual(wrong, []);
});

test('every source file is in a room', () => {
  assert.deepEqual(
    sources().filter((file) => roomOf(file) === undefined && !/^test\/unit\/[^/]+$/.test(file)),
    [],
  );
});

test('an import that points upwards, a module of Node.js in a pure room, and vscode are refused', () => {
  const refused = [
    ['src/core/profile.ts', '../ticks/session'],
    ['src/sources/liveSource.ts', '../recording/recording'],
    ['src/editor/tree/processesView.ts', '../../terminal/help'],
    ['webview/flamegraph/main.ts', '../../src/editor/plainText'],
    ['src/core/profile.ts', 'node:fs'],
    ['src/engine/server.ts', 'vscode'],
    ['test/support/machine.ts', '../unit/architecture.test'],
  ] as const;
  for (const [file, target] of refused) {
    assert.notEqual(forbidden(file, target), undefined, `${file} imports ${target}`);
  }
  assert.equal(forbidden('src/ticks/session.ts', '../core/profile'), undefined);
  assert.equal(forbidden('src/editor/tree/processesView.ts', 'vscode'), undefined);
});

test('the rooms have an order: none imports one that imports it', () => {
  const order: string[] = [];
  const visit = (name: string, path: readonly string[]): void => {
    assert.ok(!path.includes(name), [...path, name].join(' -> '));
    if (order.includes(name)) return;
    for (const imported of importsOf(name)) if (imported !== name) visit(imported, [...path, name]);
    order.push(name);
  };
  for (const name of Object.keys(ROOMS)) visit(name, []);
  assert.equal(order.length, Object.keys(ROOMS).length);
});

test('the code map of ARCHITECTURE.md is that of the rooms', () => {
  assert.ok(
    readFileSync('ARCHITECTURE.md', 'utf8').includes(codeMap()),
    `The code map has to be:\n${codeMap()}`,
  );
});

/** A bare name is in the folder of the one before it. */
function namedTests(line: string): string[] {
  let folder = '';
  return [...line.matchAll(/`([\w/.-]+\.test\.ts)`/g)].map(([, name = '']) => {
    if (name.includes('/')) folder = dirname(name);
    return name.includes('/') ? name : join(folder, name);
  });
}

test('every test that ARCHITECTURE.md names is there', () => {
  const named = readFileSync('ARCHITECTURE.md', 'utf8').split('\n').flatMap(namedTests);
  assert.ok(named.length > 50);
  assert.deepEqual(
    named.filter((file) => !existsSync(file)),
    [],
  );
});
