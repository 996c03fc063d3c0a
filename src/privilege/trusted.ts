/**
 * Decides whether only root can have written a file: it and every folder above it belong to root,
 * nobody else may write them, and none of them is a link.
 */
import { lstatSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';

/** The reason not to trust the file, in words; undefined when it is trusted. */
export function whyNotTrusted(
  path: string,
  look: (path: string) => Pick<Stats, 'uid' | 'mode'> = lstatSync,
): string | undefined {
  const kinds = [FILE, ...ancestors(path).map(() => FOLDER)];
  return [path, ...ancestors(path)]
    .map((each, at) => whyNot(each, kinds[at] ?? FOLDER, look(each)))
    .find((reason) => reason !== undefined);
}

/** S_IFMT and the types it selects: inode(7). */
const TYPE = 0o170000;
const FILE = { type: 0o100000, name: 'regular file' };
const FOLDER = { type: 0o040000, name: 'folder' };
const WRITABLE_BY_OTHERS = 0o022;

function whyNot(
  path: string,
  kind: typeof FILE,
  { uid, mode }: Pick<Stats, 'uid' | 'mode'>,
): string | undefined {
  if ((mode & TYPE) !== kind.type) return `${path} is not a ${kind.name}`;
  if (uid !== 0) return `${path} does not belong to root`;
  return mode & WRITABLE_BY_OTHERS ? `${path} can be written by others besides root` : undefined;
}

/** `/a/b/c` -> `/a/b`, `/a`, `/`. */
function ancestors(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...ancestors(parent)];
}
