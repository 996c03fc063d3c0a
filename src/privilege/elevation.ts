/**
 * Ways to run the helper as root. The first that fits is taken: directly when we are root, else
 * through pkexec with the helper's text in argv.
 */
import { accessSync, constants } from 'node:fs';

/** How a helper is started: a program and its arguments, for an empty environment. */
export interface Launch {
  readonly way: 'direct' | 'pkexec';
  readonly file: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Shown by ps and by polkit's dialog, behind the text. */
const HELPER_NAME = 'stack-count-helper';
const PKEXEC_PATHS = ['/usr/bin/pkexec', '/bin/pkexec', '/usr/local/bin/pkexec'];

/**
 * pkexec refuses odd values of SHELL, LANG or TERM, so it gets none but these; C makes its messages
 * the ones we know.
 */
const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C', LC_ALL: 'C' };

/** undefined: we are not root and there is no pkexec. */
export function chooseLaunch(
  text: string,
  words: readonly string[],
  uid: number = process.getuid?.() ?? -1,
): Launch | undefined {
  const shell = ['/bin/sh', '-c', text, HELPER_NAME, ...words];
  const environment = ENVIRONMENT;
  if (uid === 0) return { way: 'direct', file: '/bin/sh', arguments: shell.slice(1), environment };
  const pkexec = PKEXEC_PATHS.find(isExecutable);
  if (!pkexec) return undefined;
  return { way: 'pkexec', file: pkexec, arguments: shell, environment };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
