/** The promises of ARCHITECTURE.md about who may know whom, held against the import lines. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';

const SRC = resolve('src');

const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  core: [],
  files: ['core'],
  symbols: ['core', 'files'],
  anomaly: ['core'],
  flamegraph: ['core'],
  formats: ['core', 'flamegraph'],
  privilege: ['core'],
  processes: ['core'],
  capture: ['core', 'files', 'symbols', 'privilege'],
  doctor: ['core', 'capture', 'symbols', 'privilege'],
  engine: [
    'core',
    'files',
    'capture',
    'symbols',
    'anomaly',
    'flamegraph',
    'formats',
    'privilege',
    'processes',
  ],
  terminal: [
    'core',
    'files',
    'capture',
    'doctor',
    'engine',
    'formats',
    'flamegraph',
    'privilege',
    'processes',
  ],
  editor: [
    'core',
    'files',
    'capture',
    'doctor',
    'engine',
    'formats',
    'flamegraph',
    'privilege',
    'processes',
  ],
};

/** Not a folder of this machine, not the clock, not another process. */
const PURE = ['core', 'anomaly', 'flamegraph'];

interface Import {
  readonly file: string;
  readonly folder: string;
  readonly target: string;
}

function imports(): Import[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const text = readFileSync(join(SRC, file), 'utf8');
      const targets = [
        ...text.matchAll(
          /^(?:import|export) .*?from '([^']+)';|^import '([^']+)';|^} from '([^']+)';/gm,
        ),
      ];
      const folder = dirname(file).split('/')[0] ?? '.';
      return targets.map((found) => ({
        file,
        folder,
        target: found[1] ?? found[2] ?? found[3] ?? '',
      }));
    });
}

function targetFolder({ file, target }: Import): string | undefined {
  if (!target.startsWith('.')) return undefined;
  const path = relative(SRC, resolve(SRC, dirname(file), target));
  return path.includes('/') ? path.split('/')[0] : '.';
}

test('every folder of src imports only from the folders it may know', () => {
  const wrong = imports().filter((one) => {
    const target = targetFolder(one);
    if (one.folder === '.' || target === undefined || target === '.' || target === one.folder)
      return false;
    return !ALLOWED[one.folder]?.includes(target);
  });
  assert.deepEqual(wrong, []);
});

test('only editor and the composition root import vscode', () => {
  const files = imports().filter(({ target }) => target === 'vscode');
  assert.ok(files.length > 0);
  const wrong = files.filter(({ folder, file }) => folder !== 'editor' && file !== 'extension.ts');
  assert.deepEqual(wrong, []);
});

test('core, anomaly and flamegraph touch nothing outside themselves', () => {
  const wrong = imports().filter(
    ({ folder, target }) => PURE.includes(folder) && /^(node:|vscode$|execa$)/.test(target),
  );
  assert.deepEqual(wrong, []);
});
