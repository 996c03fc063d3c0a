/** The terminal in which a recording asks for a password, and runs. Closing it ends the recording. */
import { ThemeIcon, window, type Disposable, type Terminal } from 'vscode';
import type { TerminalCommand } from '../../helper/terminalHelper';

export class RecordingTerminal implements Disposable {
  #terminal: Terminal | undefined;
  readonly #subscription: Disposable;

  /** @param onClosed by the person, or because its program ended */
  constructor(onClosed: () => void) {
    this.#subscription = window.onDidCloseTerminal((terminal) => {
      if (terminal !== this.#terminal) return;
      this.#terminal = undefined;
      onClosed();
    });
  }

  open({ file, arguments: words }: TerminalCommand): void {
    this.close();
    this.#terminal = window.createTerminal({
      name: 'Stack Count',
      shellPath: file,
      shellArgs: [...words],
      iconPath: new ThemeIcon('record'),
      // It is of no use after a reload of the window.
      isTransient: true,
    });
    this.#terminal.show();
  }

  close(): void {
    const terminal = this.#terminal;
    this.#terminal = undefined;
    terminal?.dispose();
  }

  dispose(): void {
    this.close();
    this.#subscription.dispose();
  }
}
