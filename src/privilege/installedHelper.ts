/**
 * The installed copy of the helper. It is used only if nobody but root can have written it and it is
 * ours to the last byte.
 */
import { lstatSync, readFileSync } from 'node:fs';
import { whyNotTrusted } from './trusted';

export const HELPER_PATH = '/usr/libexec/stack-count/helper';
export const POLICY_PATH = '/usr/share/polkit-1/actions/io.github.stack-count.policy';

/** What the two files must contain, by path. */
export type InstalledFiles = Readonly<Record<string, string>>;

export type InstalledState =
  | { readonly kind: 'absent' }
  /** Ours, to the last byte. */
  | { readonly kind: 'ours' }
  /** Root's, but of another version of Stack Count. */
  | { readonly kind: 'older' | 'newer'; readonly version: string }
  /** Must not run as root, and why. */
  | { readonly kind: 'untrusted'; readonly reason: string };

/** Appends the line that says which version of Stack Count installed the file. */
export function withVersion(text: string, version: string, [before, after] = ['# ', '']): string {
  return `${text.trimEnd()}\n${before}stack-count ${version}${after}\n`;
}

const VERSION = /^(?:# |<!-- )stack-count (\d+\.\d+\.\d+)(?: -->)?$/m;
const MAX_BYTES = 1 << 20;

export function readInstalled(files: InstalledFiles, version: string): InstalledState {
  try {
    const states = Object.entries(files).map(([path, text]) => readFile(path, text, version));
    const first = (kind: InstalledState['kind']) => states.find((state) => state.kind === kind);
    const partial = first('ours') ? ({ kind: 'older', version: 'incomplete' } as const) : undefined;
    return (
      first('untrusted') ??
      first('newer') ??
      first('older') ??
      (first('absent') ? (partial ?? { kind: 'absent' }) : { kind: 'ours' })
    );
  } catch (error) {
    return { kind: 'untrusted', reason: (error as Error).message };
  }
}

function readFile(path: string, expected: string, version: string): InstalledState {
  if (!isThere(path)) return { kind: 'absent' };
  const reason = whyNotTrusted(path);
  if (reason !== undefined) return { kind: 'untrusted', reason };
  if (lstatSync(path).size > MAX_BYTES) return { kind: 'untrusted', reason: `${path} is not ours` };
  return compare(readFileSync(path, 'utf8'), expected, version, path);
}

/** A text that differs but carries our own version counts as older: installing again fixes it. */
export function compare(
  found: string,
  expected: string,
  version: string,
  path: string,
): InstalledState {
  if (found === expected) return { kind: 'ours' };
  const theirs = VERSION.exec(found.slice(-100))?.[1];
  if (theirs === undefined) return { kind: 'untrusted', reason: `${path} is not ours` };
  const newer = theirs.localeCompare(version, 'en', { numeric: true }) > 0;
  return { kind: newer ? 'newer' : 'older', version: theirs };
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
