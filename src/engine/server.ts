/** Serves one editor: runs its recording, answers for the rows of its tree, writes its files. */
import { CaptureFormatError } from '../sources/captureFile';
import { failureText, type Failure } from '../failures/failure';
import { describeCapture } from '../ticks/options';
import { printable } from '../core/printable';
import type { Profile, StackRecord } from '../core/profile';
import { Timeline } from '../core/timeline';
import { FolderBusyError, lockFolder, startTime } from '../results/folderLock';
import { Journal } from '../journal/journal';
import { describeFileError, whyNotWritable } from '../results/outputFiles';
import { blocksReport, describeEpisodes } from '../results/loadReport';
import { openFile, PanelFeeds } from './panelFeeds';
import { storedLabels, type Cause, type LabelBook } from '../labels/labels';
import { locate } from './locate';
import type {
  FromEngine,
  Shown,
  StartRequest,
  Summary,
  ToEngine,
} from '../messages/engineMessages';
import type { Recording, RecordingHooks } from '../recording/recording';
import { ResultFiles, stacksFile } from '../results/resultFiles';
import { exportFile, exportRecording, type SpeedscopeAnswer } from '../results/speedscopeFile';
import { liveRecording, replayRecording } from '../recording/startRecording';
import { causeText, processName } from '../labels/unusualText';
import { childrenOf, rowOf, type Shown as ShownStacks } from './treeRows';
import { findUnsaved, removeJournal, saveUnsaved } from '../journal/unsaved';

export class EngineServer {
  #recording: Recording | undefined;
  #timeline = new Timeline<StackRecord>();
  #files: ResultFiles | undefined;
  #unlock: () => void = () => {};
  readonly #feeds = new PanelFeeds();
  /** What the tree shows instead of the recording. */
  #shownFile: { readonly profile: Profile; readonly labels: LabelBook } | undefined;
  #journal: Journal | undefined;

  constructor(private readonly send: (message: FromEngine) => void) {}

  handle(message: ToEngine): void {
    switch (message.type) {
      case 'start':
        return this.#start(message.request);
      case 'findUnsaved':
        return this.#findUnsaved(message.journals);
      case 'saveUnsaved':
        return this.send({
          type: 'savedUnsaved',
          journal: message.journal,
          ...saveUnsaved(message.journal, message.folder),
        });
      case 'discardUnsaved':
        return removeJournal(message.journal);
      case 'stop':
        return this.#recording?.stop();
      case 'children':
        return this.#answer(message);
      case 'locate':
        return this.#locate(message);
      case 'showFile':
        return this.#showFile(message);
      case 'feed':
        return this.#feed(message);
      case 'closePanel':
        return this.#feeds.close(message.panel);
      case 'speedscope':
        return void this.#export(message);
    }
  }

  /** The editor is gone: save what was counted, then resolve. */
  async abandon(): Promise<void> {
    this.#recording?.stop();
    await this.#recording?.ended;
  }

  #findUnsaved(journals: string): void {
    const running = this.#recording?.state === 'ended' ? undefined : this.#journal?.path;
    const { recordings, dropped } = findUnsaved(journals, running);
    if (dropped > 0) {
      const text = `${dropped} unsaved recordings older than the last ${recordings.length} were removed.`;
      this.send({ type: 'message', level: 'error', text });
    }
    this.send({ type: 'unsaved', recordings });
  }

  /** What the tree shows; nothing before the first recording. */
  #shown(unusualFirst?: boolean): ShownStacks | undefined {
    if (this.#shownFile) return { ...this.#shownFile, unusualFirst };
    if (!this.#recording) return undefined;
    const { profile, labels } = this.#recording;
    return { profile, labels, unusualFirst };
  }

  #answer(message: ToEngine & { type: 'children' }): void {
    const { question, parent, limit, kept, unusualFirst } = message;
    const shown = this.#shown(unusualFirst);
    const children = shown ? childrenOf(shown, parent, limit, kept) : { rows: [], more: 0 };
    this.send({ type: 'children', question, children });
  }

  #locate({ question, row }: ToEngine & { type: 'locate' }): void {
    const shown = this.#shown();
    const path = shown ? locate(shown, row) : [];
    this.send({ type: 'locate', question, path });
  }

  #showFile({ question, file }: ToEngine & { type: 'showFile' }): void {
    this.send({ type: 'showFile', question, ...this.#show(file) });
  }

  #show(file: string | undefined): Shown {
    const opened = file === undefined ? undefined : openFile(file);
    if (typeof opened === 'string') return { shown: false, problem: opened };
    if (this.#recording && this.#recording.state !== 'ended') return { shown: false };
    if (opened?.processes.every(({ key }) => key === '')) return { shown: false };
    this.#shownFile = opened && { profile: opened, labels: storedLabels() };
    return { shown: true };
  }

  #feed({ question, ...asked }: ToEngine & { type: 'feed' }): void {
    const answer = this.#feeds.answer(asked, this.#recording);
    this.send({ type: 'feed', question, answer });
  }

  async #export({ question, path, file }: ToEngine & { type: 'speedscope' }): Promise<void> {
    const answer = file === undefined ? this.#exportRecording(path) : exportFile(path, file);
    this.send({ type: 'speedscope', question, answer: await answer });
  }

  async #exportRecording(path: string): Promise<SpeedscopeAnswer> {
    const recording = this.#recording;
    if (!recording || recording.totals.recorded === 0) return { problem: NOTHING_RECORDED };
    return exportRecording(path, recording, this.#timeline);
  }

  #start(request: StartRequest): void {
    if (this.#recording && this.#recording.state !== 'ended') return;
    const made = this.#make(request);
    // The tree shows the recording from now on, also one that could not start.
    this.#shownFile = undefined;
    if ('problem' in made) {
      this.send({ type: 'ended', summary: NOTHING, failure: made, files: [] });
      this.send({ type: 'state', state: 'ended' });
      return;
    }
    this.#recording = made;
    this.#timeline = new Timeline();
    void made.ended.then(({ failure }) => this.#ended(made, failure));
    this.#announce(made, request);
    this.send({ type: 'state', state: 'starting' });
    this.#journal = this.#startJournal(made, request);
    made.start();
  }

  /** A replay can be played again, so it needs none. */
  #startJournal(made: Recording, request: StartRequest): Journal | undefined {
    const { journals, folder, replay } = request;
    if (journals === undefined || replay !== undefined) return undefined;
    const { header, profile } = made;
    const { pid } = process;
    const where = folder === undefined ? {} : { folder };
    const journal = new Journal({
      folder: journals,
      header: { pid, started: startTime(pid) ?? '', header, ...where },
      profile,
      complain: (text) => this.send({ type: 'message', level: 'error', text }),
    });
    made.journal = journal;
    return journal;
  }

  #announce({ header }: Recording, { capture, replay, folder }: StartRequest): void {
    const what = describeCapture(header.options);
    const title = replay ? `a recording played again: ${what}` : what;
    const { hz } = header.options;
    const lowered = !replay && hz < capture.hz ? { lowered: hz } : {};
    const result = folder === undefined ? {} : { result: stacksFile(folder, { header }) };
    this.send({ type: 'started', title, ...lowered, ...result });
  }

  #make(request: StartRequest): Recording | Failure {
    const { folder, replay } = request;
    try {
      this.#prepareFiles(folder);
      const made = replay
        ? replayRecording(replay, 'real', this.#hooks())
        : liveRecording({ ...request, asker: 'editor' }, this.#hooks());
      if ('problem' in made) this.#unlock();
      return made;
    } catch (error) {
      this.#unlock();
      return startFailure(error, replay ?? folder ?? '');
    }
  }

  #prepareFiles(folder: string | undefined): void {
    this.#files = undefined;
    this.#unlock = () => {};
    if (folder === undefined) return;
    const reason = whyNotWritable(folder);
    if (reason !== undefined) throw new UnwritableError(reason);
    const locked = lockFolder(folder, 'Stack Count in VS Code');
    this.#unlock = locked.unlock;
    this.#files = new ResultFiles(locked.folder, (text) =>
      this.send({ type: 'message', level: 'error', text }),
    );
  }

  #hooks(): RecordingHooks {
    return {
      // The end is told when the files are written.
      onState: (state) => {
        if (state !== 'ended') this.send({ type: 'state', state });
      },
      onTick: (tick) => {
        this.#timeline.add(tick.added);
        this.#tell();
      },
      onLoad: () => this.#tell(),
      onSilence: () => this.#tell(),
      onUnusual: (causes) => this.#tellUnusual(causes),
      onReport: () => this.#report(),
      onWay: (text) => this.send({ type: 'message', level: 'info', text: printable(text) }),
      onTerminal: (command) => this.send({ type: 'terminal', command }),
      onMessage: (text) => this.send({ type: 'message', level: 'info', text: printable(text) }),
    };
  }

  #tell(): void {
    if (this.#recording) this.send({ type: 'tick', summary: summarise(this.#recording) });
  }

  #tellUnusual(causes: readonly Cause[]): void {
    const recording = this.#recording;
    if (!recording) return;
    const told = causes.flatMap((cause) => {
      const [stack] = cause.stacks;
      if (!stack) return [];
      const process = processName(stack.process);
      return { text: causeText(cause), process, row: rowOf(stack) };
    });
    this.send({ type: 'unusual', causes: told });
  }

  #report(): void {
    const recording = this.#recording;
    if (!recording) return;
    if (recording.state === 'ended') this.#files?.write(recording);
    else this.#files?.writeReport(recording);
    this.#journal?.touch();
    if (recording.header.limit) this.send({ type: 'blocks', text: blocksReport(recording) });
  }

  /** Why not all of its files are written; then the journal has to hold it. */
  #notSaved({ seconds, totals }: Recording): Failure | undefined {
    const problem = this.#files?.problem;
    if (problem !== undefined) {
      return unsavedFailure(problem, this.#journal?.keep(seconds, totals) === true);
    }
    this.#journal?.remove();
    return undefined;
  }

  #ended(recording: Recording, ended: Failure | undefined): void {
    this.#unlock();
    const failure = bothFailures(ended, this.#notSaved(recording));
    const episodes = describeEpisodes(recording).join('\n');
    if (episodes !== '') this.send({ type: 'message', level: 'info', text: episodes });
    if (failure) this.send({ type: 'message', level: 'error', text: failureText(failure) });
    this.send({
      type: 'ended',
      summary: summarise(recording),
      ...(failure ? { failure } : {}),
      files: this.#files?.written ?? [],
    });
    this.send({ type: 'state', state: 'ended' });
  }
}

function unsavedFailure(problem: string, kept: boolean): Failure {
  const advice = kept
    ? 'They are kept, and offered again.'
    : 'They are in this window until the next recording starts; a part at most is kept longer.';
  return output(`The results were not saved: ${problem}.`, advice);
}

/** What ended a recording may say that it is saved. */
function bothFailures(ended: Failure | undefined, unsaved: Failure | undefined) {
  return ended && unsaved ? { ...ended, advice: failureText(unsaved) } : (ended ?? unsaved);
}

class UnwritableError extends Error {
  override readonly name = 'UnwritableError';
}

const NOTHING_RECORDED = 'Nothing has been recorded yet: start Stack Count first.';

const NOTHING: Summary = {
  seconds: 0,
  totals: {
    fired: 0,
    recorded: 0,
    outside: 0,
    lost: 0,
    reasons: { collision: 0, stackless: 0, mapFull: 0, unread: 0, renewal: 0 },
  },
  processes: 0,
  stacks: 0,
  unusual: 0,
};

function summarise(recording: Recording): Summary {
  const { profile, seconds, totals, load, labels, silentSeconds } = recording;
  const processes = profile.processes.filter((process) => process.count > 0).length;
  // All episodes each second would be a lot; the last one is enough to show.
  const status = load && { ...load, episodes: load.episodes.slice(-1) };
  return {
    seconds,
    totals,
    processes,
    stacks: profile.entries,
    unusual: labels.active.length,
    ...(status ? { load: status } : {}),
    ...(silentSeconds === undefined ? {} : { silentSeconds }),
  };
}

function startFailure(error: unknown, path: string): Failure {
  const { message } = error as Error;
  if (error instanceof FolderBusyError) {
    return output(message, `${error.advice}, or set another "stackCount.outputDirectory".`);
  }
  if (error instanceof UnwritableError) {
    return output(`${message}, so the results can not be saved.`, 'Choose another folder.');
  }
  if (error instanceof CaptureFormatError) {
    const problem = `${path} is no capture: ${message}.`;
    return { kind: 'replay', exitCode: 2, problem, advice: '' };
  }
  return output(describeFileError(error, path), '');
}

function output(problem: string, advice: string): Failure {
  return { kind: 'output', exitCode: 2, problem, advice };
}
