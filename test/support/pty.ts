/** A program in a terminal of its own, with somebody who types. */
import { spawn, type ChildProcess } from 'node:child_process';
import { atExit } from './atExit';
import type { Command } from './testUser';
import { waitFor } from './waitFor';

const SCRIPT = '/usr/bin/script';

export class Pty {
  /** Exit status of the program. */
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;
  /** As if its window were closed. */
  readonly close: () => void;
  #output = '';

  /** @param as makes the command that runs a program as some user */
  constructor(as: (file: string, args: readonly string[]) => Command, words: readonly string[]) {
    const line = words.map(quote).join(' ');
    const { file, args, env } = as(SCRIPT, ['-qefc', line, '/dev/null']);
    this.#child = spawn(file, args, { env: { ...env, TERM: 'xterm' }, stdio: 'pipe', cwd: '/' });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.#output += chunk.toString('utf8')));
    }
    this.#child.stdin?.on('error', () => {});
    this.close = atExit(() => this.#child.kill('SIGHUP'));
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code) => {
        this.close();
        resolve(code);
      });
    });
  }

  get output(): string {
    return this.#output;
  }

  async shows(text: RegExp): Promise<void> {
    await waitFor(
      `the terminal to show ${text}`,
      () => this.#output,
      (seen) => text.test(seen),
    );
  }

  type(text: string): void {
    this.#child.stdin?.write(text);
  }
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
