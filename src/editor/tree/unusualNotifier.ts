/**
 * Says that something unusual began: once for each cause, and never a storm: after a message it is
 * silent for a while, and then says what came meanwhile in one.
 */
import { window, workspace, type Disposable } from 'vscode';
import { SETTINGS } from '../contributions';
import type { UnusualCause } from '../../messages/engineMessages';
import type { RecordingChange, RecordingWatch } from '../recording/recordingWatch';
import { plainText } from '../plainText';
import type { ProcessesView } from './processesView';

const SILENCE_MS = 30_000;
const NAMED = 3;
const SHOW = 'Show';
const NEVER = "Don't Notify";
const OTHER_RECORDING = 'That was in an earlier recording, whose stacks are not shown any more.';

export class UnusualNotifier implements Disposable {
  readonly #subscription: Disposable;
  #waiting: UnusualCause[] = [];
  #silence: NodeJS.Timeout | undefined;

  constructor(
    private readonly recording: RecordingWatch,
    private readonly view: ProcessesView,
  ) {
    this.#subscription = recording.onChange((change) => this.#receive(change));
  }

  dispose(): void {
    clearTimeout(this.#silence);
    this.#subscription.dispose();
  }

  #receive({ event, before, now }: RecordingChange): void {
    if (event.type === 'unusual') this.#add(event.causes);
    // What was unusual in an earlier recording is no news.
    if (event.type === 'ended' || now.rows !== before.rows) this.#waiting = [];
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
    // Messages stay for long.
    const { rows } = this.recording.model;
    const answer = await window.showInformationMessage(
      plainText(unusualMessage(causes)),
      SHOW,
      NEVER,
    );
    if (answer === SHOW && causes[0]) await this.#show(causes[0], rows);
    if (answer === NEVER)
      await workspace.getConfiguration(SETTINGS.section).update('notifyAnomalies', false, true);
  }

  async #show({ row }: UnusualCause, rows: number): Promise<void> {
    if (rows !== this.recording.model.rows) {
      void window.showInformationMessage(OTHER_RECORDING);
      return;
    }
    await this.view.showRecording();
    await this.view.reveal(row, { focus: true });
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
