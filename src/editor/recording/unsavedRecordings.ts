/**
 * After a crash of the editor: offers what the journals hold, once for each recording in a session.
 * Who answers neither way is asked again at the next start.
 */
import { readdirSync } from 'node:fs';
import { Disposable, window } from 'vscode';
import { countOf } from '../../core/accounting';
import { SUFFIX } from '../../journal/journalFormat';
import type { FromEngine } from '../../messages/engineMessages';
import type { UnsavedRecording } from '../../journal/unsaved';
import type { EngineClient } from './engineClient';
import { hasLeft } from './recordingModel';
import type { RecordingWatch } from './recordingWatch';
import { openFile } from '../notifications';
import { plainText } from '../plainText';
import { logIn } from '../resultLog';

const SAVE = 'Save';
const DISCARD = 'Discard';
const ELSEWHERE = 'Save Elsewhere…';
const OPEN_LOG = 'Open stack_count.log';

export class UnsavedRecordings implements Disposable {
  readonly #offered = new Set<string>();
  readonly #subscription: Disposable;

  /** @param journals folder of the journals */
  constructor(
    private readonly engine: EngineClient,
    recording: RecordingWatch,
    private readonly journals: string,
  ) {
    this.#subscription = Disposable.from(
      engine.onMessage((message) => this.#receive(message)),
      recording.onChange(({ before, now }) => {
        if (hasLeft(before, now)) this.#look();
      }),
    );
    this.#look();
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  /** No engine is started for nothing. */
  #look(): void {
    if (!hasJournals(this.journals)) return;
    this.engine.send({ type: 'findUnsaved', journals: this.journals });
  }

  #receive(message: FromEngine): void {
    if (message.type === 'unsaved') for (const each of message.recordings) void this.#offer(each);
    if (message.type === 'savedUnsaved') void this.#saved(message);
  }

  async #offer(recording: UnsavedRecording): Promise<void> {
    const { journal } = recording;
    if (this.#offered.has(journal)) return;
    this.#offered.add(journal);
    const answer = await window.showWarningMessage(describe(recording), SAVE, DISCARD);
    if (answer === SAVE) await this.#save(recording);
    if (answer === DISCARD) this.engine.send({ type: 'discardUnsaved', journal });
  }

  async #save({ journal, folder }: UnsavedRecording): Promise<void> {
    const into = folder ?? (await askFolder());
    if (into !== undefined) this.engine.send({ type: 'saveUnsaved', journal, folder: into });
  }

  async #saved(saved: FromEngine & { type: 'savedUnsaved' }): Promise<void> {
    if (!('problem' in saved)) return announceSaved(saved.files);
    const text = plainText(`Stack Count could not save the recording: ${saved.problem}.`);
    const { journal } = saved;
    if ((await window.showErrorMessage(text, ELSEWHERE)) !== ELSEWHERE) return;
    const folder = await askFolder();
    if (folder !== undefined) this.engine.send({ type: 'saveUnsaved', journal, folder });
  }
}

/** `Unsaved recording of 14:03 (4,012 samples)`; with the day, when that was not today. */
function describe({ startedAt, samples }: UnsavedRecording): string {
  const start = new Date(startedAt);
  const time = [start.getHours(), start.getMinutes()].map((part) => String(part).padStart(2, '0'));
  const today = start.toDateString() === new Date().toDateString();
  const day = today ? '' : `${start.toLocaleDateString()} `;
  return `Stack Count: Unsaved recording of ${day}${time.join(':')} (${countOf(samples, 'sample')}).`;
}

async function announceSaved(files: readonly string[]): Promise<void> {
  const log = logIn(files);
  const names = plainText(files.join(', '));
  const buttons = log === undefined ? [] : [OPEN_LOG];
  const answer = await window.showInformationMessage(`Stack Count saved ${names}.`, ...buttons);
  if (answer === OPEN_LOG && log !== undefined) await openFile(log);
}

async function askFolder(): Promise<string | undefined> {
  const chosen = await window.showOpenDialog({
    canSelectFolders: true,
    canSelectFiles: false,
    openLabel: 'Save Stacks Here',
  });
  return chosen?.[0]?.fsPath;
}

function hasJournals(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => name.endsWith(SUFFIX));
  } catch {
    return false;
  }
}
