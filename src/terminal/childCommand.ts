/**
 * The program of `stack-count record -- COMMAND`: started as the calling user, but held before its
 * first instruction until the probes are attached, so that nothing it does is missed.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Writable } from 'node:stream';
import { callingUser } from '../privilege/callingUser';
import { UsageError } from './usageError';

/** Waits for a line on descriptor 3, then becomes the command: same pid, a new self_exec_id. */
const HOLD = 'read -r _ <&3 || exit 125; exec "$@" 3<&-';
const SETPRIV = '/usr/bin/setpriv';

export class ChildCommand {
  readonly #child: ChildProcess;
  /** Exit status, or the name of the signal that ended it. */
  readonly ended: Promise<number | string>;

  /** @throws UsageError when there is no such program */
  constructor(command: readonly string[]) {
    requireProgram(command[0] ?? '');
    const [file = '', ...words] = [...asCaller(), '/bin/sh', '-c', HOLD, 'sh', ...command];
    // Standard output belongs to the report; what the command prints goes beside it.
    this.#child = spawn(file, words, { stdio: ['inherit', 2, 2, 'pipe'] });
    this.ended = new Promise((resolve) => {
      this.#child.once('exit', (status, signal) => resolve(status ?? signal ?? 0));
      this.#child.once('error', (error) => resolve(error.message));
    });
    this.#gate.on('error', () => {});
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Lets it go. */
  release(): void {
    this.#gate.end('go\n');
  }

  /** Ends it before it was released; a command that runs is not ours to end. */
  cancel(): void {
    this.#gate.destroy();
  }

  get #gate(): Writable {
    return this.#child.stdio[3] as Writable;
  }
}

/** Under sudo the command runs as the one who called it, with that user's groups. */
function asCaller(): string[] {
  const caller = callingUser();
  if (!caller || !existsSync(SETPRIV)) return [];
  return [SETPRIV, `--reuid=${caller.uid}`, `--regid=${caller.gid}`, '--init-groups', '--'];
}

function requireProgram(name: string): void {
  const folders = name.includes('/') ? [''] : (process.env['PATH'] ?? '').split(delimiter);
  if (folders.some((folder) => isProgram(folder === '' ? name : join(folder, name)))) return;
  throw new UsageError(`${name}: there is no such program`);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
