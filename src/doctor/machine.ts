/** What the checks may ask of the machine. Anything may be missing; nothing throws. */
import { spawnSync } from 'node:child_process';
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';

export interface FileFacts {
  readonly uid: number;
  readonly mode: number;
}

export interface RunResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Machine {
  /** Content of a small file. */
  read(path: string): string | undefined;
  /** Facts of the file itself; links are not followed. */
  look(path: string): FileFacts | undefined;
  link(path: string): string | undefined;
  /** The result; undefined when the program cannot be started or runs into the time limit. */
  run(file: string, words: readonly string[]): RunResult | undefined;
}

const TIMEOUT_MS = 10_000;
const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C', LC_ALL: 'C' };

export const thisMachine: Machine = {
  read: (path) => quietly(() => readFileSync(path, 'utf8').trimEnd()),
  look: (path) => quietly(() => lstatSync(path)),
  link: (path) => quietly(() => readlinkSync(path)),
  run(file, words) {
    const { status, stdout, stderr, error } = spawnSync(file, words, {
      encoding: 'utf8',
      env: ENVIRONMENT,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
    });
    return error ? undefined : { status, stdout, stderr };
  },
};

function quietly<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
