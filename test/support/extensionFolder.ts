/**
 * Extensions as the editor finds them: unpacked in a folder of its own, readable to the user who
 * runs the editor, and with nothing in it but what we ship.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { REPOSITORY } from '../../scripts/lib/paths.mjs';
import { tempDir } from './tempDir';

/** All that the packaged extension holds. */
const SHIPPED = [
  ...['package.json', 'package.nls.json', 'README.md', 'CHANGELOG.md', 'LICENSE', 'SECURITY.md'],
  ...['dist', 'bpf', 'media', 'samples', 'l10n', 'walkthrough'],
];

/** A copy of ours, as built. */
export function packagedExtension(): string {
  if (!existsSync(join(REPOSITORY, 'dist', 'extension.cjs')))
    throw new Error('The extension is not built: run `npm run build`.');
  const folder = tempDir('extension', true);
  for (const name of SHIPPED.filter((each) => existsSync(join(REPOSITORY, each))))
    cpSync(join(REPOSITORY, name), join(folder, name), { recursive: true });
  return folder;
}

/** One written on the spot. @param files text by relative path, package.json among them */
export function writtenExtension(files: Readonly<Record<string, string>>): string {
  const folder = tempDir('extension', true);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Puts an extension where an editor with this extensions folder finds it. */
export function installExtension(folder: string, extensions: string): void {
  const text = readFileSync(join(folder, 'package.json'), 'utf8');
  const { publisher, name, version } = JSON.parse(text) as Record<string, string>;
  const place = join(extensions, `${publisher}.${name}-${version}`);
  cpSync(folder, place, { recursive: true });
}
