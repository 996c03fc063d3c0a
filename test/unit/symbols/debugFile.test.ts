/** Symbols that a distribution moved into a file of their own. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { crc32Of } from '../../../src/symbols/crc32';
import { openRegular } from '../../../src/symbols/fileAccess';
import { ImageStore } from '../../../src/symbols/imageStore';
import { withoutCompiler } from '../../support/machine';
import { tempDir } from '../../support/tempDir';
import { functionsOf, run, source } from '../../support/knownPrograms';
import { sourceOf } from '../../support/elfWriter';

const skip = withoutCompiler();
const BUILD_ID = 'c0ffee0123456789c0ffee0123456789c0ffee01';

interface Stripped {
  readonly folder: string;
  readonly library: string;
  readonly debug: string;
  readonly hidden: number;
}

/** A library without the name of its static function, and that name in `apart.debug`. */
function strip(buildId: string, optimise = '-O1'): Stripped {
  const folder = tempDir('debug');
  const [whole, library, debug] = ['whole.so', 'lib.so', 'apart.debug'].map((name) =>
    join(folder, name),
  );
  const id = `-Wl,--build-id=${buildId}`;
  run('gcc', optimise, '-g', '-shared', '-fPIC', id, '-o', whole!, source('library.c'));
  run('objcopy', '--only-keep-debug', whole!, debug!);
  run('strip', '-o', library!, whole!);
  const hidden = [...functionsOf(whole!, 'full')].find(([, names]) => names.has('library_hidden'));
  // The linker puts code at the same offset in the file as in memory here.
  return { folder, library: library!, debug: debug!, hidden: hidden![0] };
}

function link({ library, debug }: Stripped): void {
  run('objcopy', `--add-gnu-debuglink=${debug}`, library);
}

function hiddenName({ library, hidden }: Stripped, debugDirectory: string): string | undefined {
  const file = openRegular(library, 'refuse');
  assert.ok(file.ok);
  const store = new ImageStore({ debugDirectory, maxBytes: 2 ** 24 });
  const image = store.load(file.value, library, '');
  file.value.close();
  return image.nameAt(hidden);
}

function place(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

const byBuildId = (directory: string): string =>
  join(directory, '.build-id', BUILD_ID.slice(0, 2), `${BUILD_ID.slice(2)}.debug`);

test('by build id', { skip }, () => {
  const stripped = strip(`0x${BUILD_ID}`);
  const directory = tempDir('system-debug');
  assert.equal(hiddenName(stripped, directory), undefined);
  place(stripped.debug, byBuildId(directory));
  assert.equal(hiddenName(stripped, directory), 'library_hidden');
});

test('by build id through a link, as Fedora has it', { skip }, () => {
  const stripped = strip(`0x${BUILD_ID}`);
  const directory = tempDir('system-debug');
  mkdirSync(dirname(byBuildId(directory)), { recursive: true });
  symlinkSync(stripped.debug, byBuildId(directory));
  assert.equal(hiddenName(stripped, directory), 'library_hidden');
});

test('a file under the right build id that has another one is not used', { skip }, () => {
  const stripped = strip(`0x${BUILD_ID}`);
  const directory = tempDir('system-debug');
  place(strip(`0x${BUILD_ID.replace('c0ffee', 'deadbe')}`).debug, byBuildId(directory));
  assert.equal(hiddenName(stripped, directory), undefined);
});

test('by debuglink: beside the file, in .debug, and under the debug directory', { skip }, () => {
  const places: ((stripped: Stripped, directory: string) => string)[] = [
    ({ folder }) => join(folder, '.debug', 'apart.debug'),
    ({ folder }, directory) => join(directory, folder, 'apart.debug'),
  ];
  const beside = strip('none');
  link(beside);
  assert.equal(hiddenName(beside, tempDir('system-debug')), 'library_hidden');
  for (const placeOf of places) {
    const stripped = strip('none');
    link(stripped);
    const directory = tempDir('system-debug');
    place(stripped.debug, placeOf(stripped, directory));
    run('rm', stripped.debug);
    assert.equal(hiddenName(stripped, directory), 'library_hidden');
  }
});

test(
  'by debuglink: a file with another CRC, a link, and a directory are not used',
  { skip },
  () => {
    const stripped = strip('none');
    link(stripped);
    copyFileSync(strip('none', '-O2').debug, stripped.debug);
    assert.equal(hiddenName(stripped, '/nowhere'), undefined);
    const linked = strip('none');
    link(linked);
    run('mv', linked.debug, `${linked.debug}.away`);
    symlinkSync(`${linked.debug}.away`, linked.debug);
    assert.equal(hiddenName(linked, '/nowhere'), undefined);
    run('rm', linked.debug);
    mkdirSync(linked.debug);
    assert.equal(hiddenName(linked, '/nowhere'), undefined);
  },
);

test('a debuglink that leads out of its folder is not followed', { skip }, () => {
  const stripped = strip('none');
  link(stripped);
  const bytes = readFileSync(stripped.library);
  bytes.write('../rt.debug', bytes.indexOf('apart.debug'));
  writeFileSync(stripped.library, bytes);
  const folder = join(stripped.folder, 'deeper');
  place(stripped.library, join(folder, 'lib.so'));
  place(stripped.debug, join(stripped.folder, 'rt.debug'));
  assert.equal(hiddenName({ ...stripped, library: join(folder, 'lib.so') }, '/nowhere'), undefined);
});

test('the CRC is the one of ISO 3309', () => {
  // "check" of CRC-32/ISO-HDLC in the catalogue of parametrised CRC algorithms.
  assert.equal(crc32Of(sourceOf(Buffer.from('123456789'))), 0xcbf43926);
  assert.equal(crc32Of(sourceOf(Buffer.alloc(0))), 0);
  assert.equal(crc32Of({ size: 10, read: () => undefined }), undefined);
});

test('least recently used images make room', { skip }, () => {
  const libraries = ['-O0', '-O1', '-O2'].map((level) => strip('none', level).library);
  const load = (store: ImageStore, path: string) => {
    const file = openRegular(path, 'refuse');
    assert.ok(file.ok);
    const image = store.load(file.value, path, '');
    file.value.close();
    return image;
  };
  const measure = new ImageStore({ debugDirectory: '/nowhere', maxBytes: 2 ** 24 });
  libraries.forEach((path) => load(measure, path));
  const tight = new ImageStore({ debugDirectory: '/nowhere', maxBytes: measure.byteLength - 1 });
  const [first, second, third] = libraries as [string, string, string];
  const [a, b] = [load(tight, first), load(tight, second)];
  assert.equal(load(tight, first), a, 'read once');
  load(tight, third);
  assert.ok(tight.byteLength < measure.byteLength);
  assert.equal(load(tight, first), a, 'used since, so it stayed');
  assert.notEqual(load(tight, second), b, 'had to be read again');
});
