/**
 * A helper that runs in a terminal of the person, where a password can be typed. Its streams are
 * FIFOs in a folder that only this user may enter, and the person's own shell opens them: whatever
 * runs as root gets descriptors, never a path.
 */
import { spawnSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, rmSync, statSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { HelperProcess } from '../privilege/helperProcess';

/** What to run in the terminal. */
export interface TerminalCommand {
  readonly file: string;
  readonly arguments: readonly string[];
}

const { O_RDONLY, O_RDWR, O_NONBLOCK } = constants;
const MKFIFO = '/usr/bin/mkfifo';
const NAMES = ['in', 'out', 'err', 'status'] as const;

/**
 * The status pipe stays open for as long as this shell lives: when the terminal is closed, that is
 * how we know. The program has to end on its own then, as its input does.
 */
const SCRIPT = `folder=$1
shift
exec 9>"$folder/status" || exit 1
echo 'Stack Count reads the call stacks of running processes, which needs root.'
echo 'The recording runs in this terminal until it is stopped in the editor; closing it ends it.'
"$@" <"$folder/in" >"$folder/out" 2>"$folder/err" 9>&-
echo $? >&9
exit 0
`;

export class TerminalHelper extends EventEmitter implements HelperProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly #status: Readable;
  readonly #folder: string;

  /** @throws when the pipes cannot be made */
  constructor() {
    super();
    this.#folder = mkdtempSync(join(runtimeFolder(), 'stack-count-'));
    try {
      makeFifos(this.#folder);
      // Open for reading too, so that it does not wait for the helper's end of it.
      this.stdin = this.#open('in', O_RDWR, { readable: false, writable: true });
      this.stdout = this.#open('out', O_RDONLY);
      this.stderr = this.#open('err', O_RDONLY);
      this.#status = this.#open('status', O_RDONLY);
    } catch (error) {
      this.#remove();
      throw error;
    }
    this.#watch();
  }

  /** @param program elevation and helper, with their arguments */
  command(program: readonly string[]): TerminalCommand {
    const words = ['-c', SCRIPT, 'stack-count', this.#folder, ...program];
    return { file: '/bin/sh', arguments: words };
  }

  #open(
    name: (typeof NAMES)[number],
    mode: number,
    { readable = true, writable = false } = {},
  ): Socket {
    const fd = openSync(join(this.#folder, name), mode | O_NONBLOCK);
    try {
      return new Socket({ fd, readable, writable });
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  #watch(): void {
    let said = '';
    this.#status.on('data', (chunk: Buffer) => (said += chunk.toString('latin1')));
    this.#status.on('error', () => {});
    this.#status.once('close', () => {
      this.#remove();
      this.emit('exit', readStatus(said));
    });
    // Closed by us, before its end: nobody waits for a status any more.
    this.stderr.once('close', () => {
      if (!this.stderr.readableEnded) this.#status.destroy();
    });
    const streams = [this.stdout, this.stderr, this.#status];
    const closed = streams.map((stream) => new Promise((resolve) => stream.once('close', resolve)));
    void Promise.all(closed).then(() => this.emit('close'));
  }

  #remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Nothing there: the terminal was closed. */
function readStatus(text: string): number | null {
  return /^\d+\n$/.test(text) ? Number(text) : null;
}

/** systemd's folder for this user, which goes with the session, or the one for temporary files. */
function runtimeFolder(): string {
  const folder = process.env['XDG_RUNTIME_DIR'];
  if (folder === undefined || folder === '') return tmpdir();
  const found = statSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() && found.uid === process.getuid?.() ? folder : tmpdir();
}

function makeFifos(folder: string): void {
  const words = ['-m', '600', '--', ...NAMES.map((name) => join(folder, name))];
  const { status, stderr, error } = spawnSync(MKFIFO, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(error?.message ?? stderr.trim());
}
