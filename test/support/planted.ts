/** Everything that can stand under a name where a regular file is expected. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

export interface Planted {
  readonly path: string;
  /** As people are told. */
  readonly kind: string;
}

/** Ended without closing it, which would remove it. */
const LISTEN = "require('net').createServer().listen(process.argv[1], () => process.exit())";

/** One folder for each kind, with something of that kind called `name` in it. */
export function plantAll(folder: string, name: string): Planted[] {
  const kinds: Record<string, (path: string) => void> = {
    'a FIFO': (path) => run('mkfifo', path),
    'a socket': (path) => run(process.execPath, '-e', LISTEN, path),
    'a folder': (path) => mkdirSync(path),
    'a link': (path) => symlinkSync('/dev/zero', path),
    ...(process.getuid?.() === 0
      ? { 'a device': (path: string) => run('mknod', path, 'c', '1', '5') }
      : {}),
  };
  return Object.entries(kinds).map(([kind, plant]) => {
    const path = join(folder, kind.replace(' ', '-'), name);
    mkdirSync(join(path, '..'));
    plant(path);
    return { path, kind };
  });
}

function run(file: string, ...words: string[]): void {
  execFileSync(file, words, { stdio: 'pipe' });
}
