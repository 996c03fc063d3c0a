/**
 * Says that something unusual began: once for each cause, and never a storm: after a message it is
 * silent for a while, and then says what came meanwhile in one.
 */
import { window, workspace, type Disposable } from 'vscode';
import { SETTINGS } from '../contributions';
import type { UnusualCause } from '../engine/protocol';
import type { EngineClient } from './engineClient';
import { plainText } from './plainText';
import type { ProcessesView } from './processesView';

const SILENCE_MS = 30_000;
const NAMED = 3;
const SHOW = 'Show';
const NEVER = "Don't Notify";

export class UnusualNotifier implements Disposable {
  readonly #subscription: Disposable;
  #waiting: UnusualCause[] = [];
  #silence: NodeJS.Timeout | undefined;

  constructor(
    engine: EngineClient,
    private readonly view: ProcessesView,
  ) {
    this.#subscription = engine.onMessage((message) => {
      if (message.type === 'unusual') this.#add(message.causes);
      // What was unusual in an earlier recording is no news.
      if (message.type === 'started' || message.type === 'ended') this.#waiting = [];
    });
  }

  dispose(): void {
    clearTimeout(this.#silence);
    this.#subscription.dispose();
  }

  #add(causes: readonly UnusualCause[]): void {
    this.#waiting.push(...causes);
    if (!this.#silence) this.#tell();
  }

  #tell(): void {
    const causes = isWanted() ? this.#waiting : [];
    this.#waiting = [];
    this.#silence = undefined;
    if (causes.length === 0) return;
    this.#silence = setTimeout(() => this.#tell(), SILENCE_MS);
    void this.#ask(causes);
  }

  async #ask(causes: readonly UnusualCause[]): Promise<void> {
    const answer = await window.showInformationMessage(
      plainText(unusualMessage(causes)),
      SHOW,
      NEVER,
    );
    if (answer === SHOW && causes[0]) await this.view.reveal(causes[0].row, { focus: true });
    if (answer === NEVER)
      await workspace.getConfiguration(SETTINGS.section).update('notifyAnomalies', false, true);
  }
}

function isWanted(): boolean {
  return workspace.getConfiguration(SETTINGS.section).get('notifyAnomalies') !== false;
}

/** The text of one, or where several are. */
function unusualMessage(causes: readonly UnusualCause[]): string {
  const [first] = causes;
  if (causes.length === 1 && first) return `Unusual: ${first.text}`;
  const processes = [...new Set(causes.map(({ process }) => process))];
  const more = processes.length > NAMED ? ` and ${processes.length - NAMED} more` : '';
  return `${causes.length} unusual changes: in ${processes.slice(0, NAMED).join(', ')}${more}.`;
}
