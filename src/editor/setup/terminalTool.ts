/** Runs a command of the terminal tool for the editor, in a process of its own. */
import { fork } from 'node:child_process';
import { window, type CancellationToken } from 'vscode';

const AND_WAIT = '"$@"; printf "\\nPress Enter to close this terminal. "; read -r _';

export interface ToolEnd {
  /** null when it was called off. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class TerminalTool {
  /** @param file the bundled tool */
  constructor(private readonly file: string) {}

  run(words: readonly string[], token?: CancellationToken): Promise<ToolEnd> {
    const child = fork(this.file, [...words], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [],
    });
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.on('data', (chunk: Buffer) => (said[name] += chunk.toString('utf8')));
    }
    token?.onCancellationRequested(() => child.kill());
    return new Promise((resolve) => {
      child.once('error', ({ message }) => resolve({ code: 1, stdout: '', stderr: message }));
      child.once('close', (code) => resolve({ code, ...said }));
    });
  }

  /** In a terminal, where it can ask for a password. It stays open until the person has read it. */
  openTerminal(name: string, words: readonly string[]): void {
    const terminal = window.createTerminal({
      name,
      shellPath: '/bin/sh',
      shellArgs: ['-c', AND_WAIT, 'stack-count', process.execPath, this.file, ...words],
      env: { ELECTRON_RUN_AS_NODE: '1' },
      isTransient: true,
    });
    terminal.show();
  }
}
