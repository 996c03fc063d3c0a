/** Serves one editor: runs its recording, answers for the rows of its tree, exports its stacks. */
import { failureText, type Failure } from '../failures/failure';
import { describeCapture } from '../ticks/options';
import { printable } from '../core/printable';
import type { Profile, StackRecord } from '../core/profile';
import { Timeline } from '../core/timeline';
import { describeFileError } from '../results/outputFiles';
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
import type { Recording } from '../recording/recording';
import {
  RecordingJob,
  type JobEnd,
  type JobListener,
  type JobRefusal,
  type JobRequest,
} from '../recording/recordingJob';
import type { Unsaved } from '../recording/recordingStore';
import { stacksFile } from '../results/resultFiles';
import { exportFile, exportRecording, type SpeedscopeAnswer } from '../results/speedscopeFile';
import { causeText, processName } from '../labels/unusualText';
import { childrenOf, rowOf, type Shown as ShownStacks } from './treeRows';
import { findUnsaved, removeJournal, saveUnsaved } from '../journal/unsaved';

export class EngineServer {
  #job: RecordingJob | undefined;
  /** Resolves when the editor has been told how the job ended. */
  #ended: Promise<void> | undefined;
  #timeline = new Timeline<StackRecord>();
  readonly #feeds = new PanelFeeds();
  /** What the tree shows instead of the recording. */
  #shownFile: { readonly profile: Profile; readonly labels: LabelBook } | undefined;

  constructor(private readonly send: (message: FromEngine) => void) {}

  get #recording(): Recording | undefined {
    return this.#job?.recording;
  }

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
    await this.#ended;
  }

  #findUnsaved(journals: string): void {
    const { recordings, dropped } = findUnsaved(journals, this.#job?.journal);
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
    const made = RecordingJob.make(jobRequest(request), this.#listener());
    // The tree shows the recording from now on, also one that could not start.
    this.#shownFile = undefined;
    if ('refused' in made) {
      const failure = startFailure(made, request);
      this.send({ type: 'ended', summary: NOTHING, failure, files: [] });
      this.send({ type: 'state', state: 'ended' });
      return;
    }
    this.#job = made;
    this.#timeline = new Timeline();
    this.#announce(made.recording, request);
    this.send({ type: 'state', state: 'starting' });
    this.#ended = made.run().then((end) => this.#end(made.recording, end));
  }

  #announce({ header }: Recording, { capture, replay, folder }: StartRequest): void {
    const what = describeCapture(header.options);
    const title = replay ? `a recording played again: ${what}` : what;
    const { hz } = header.options;
    const lowered = !replay && hz < capture.hz ? { lowered: hz } : {};
    const result = folder === undefined ? {} : { result: stacksFile(folder, { header }) };
    this.send({ type: 'started', title, ...lowered, ...result });
  }

  #listener(): JobListener {
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
      onReport: () => this.#tellBlocks(),
      onComplaint: (text) => this.send({ type: 'message', level: 'error', text }),
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

  #tellBlocks(): void {
    const recording = this.#recording;
    if (recording?.header.limit) this.send({ type: 'blocks', text: blocksReport(recording) });
  }

  #end(recording: Recording, { failure: ended, unsaved, files }: JobEnd): void {
    const failure = bothFailures(ended, unsaved && unsavedFailure(unsaved));
    const episodes = describeEpisodes(recording).join('\n');
    if (episodes !== '') this.send({ type: 'message', level: 'info', text: episodes });
    if (failure) this.send({ type: 'message', level: 'error', text: failureText(failure) });
    this.send({
      type: 'ended',
      summary: summarise(recording),
      ...(failure ? { failure } : {}),
      files,
    });
    this.send({ type: 'state', state: 'ended' });
  }
}

function unsavedFailure({ problem, inJournal }: Unsaved): Failure {
  const advice = inJournal
    ? 'They are kept, and offered again.'
    : 'They are in this window until the next recording starts; a part at most is kept longer.';
  return output(`The results were not saved: ${problem}.`, advice);
}

/** What ended a recording may say that it is saved. */
function bothFailures(ended: Failure | undefined, unsaved: Failure | undefined) {
  return ended && unsaved ? { ...ended, advice: failureText(unsaved) } : (ended ?? unsaved);
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

function jobRequest(request: StartRequest): JobRequest {
  const { folder, journals, replay } = request;
  return {
    source: () =>
      replay === undefined ? { ...request, asker: 'editor' } : { replay, pace: 'real' },
    folder,
    holder: 'Stack Count in VS Code',
    journals,
  };
}

function startFailure(refusal: JobRefusal, { folder = '', replay }: StartRequest): Failure {
  const path = replay ?? folder;
  switch (refusal.refused) {
    case 'failure':
      return refusal.failure;
    case 'busy': {
      const { reason, advice } = refusal;
      return output(reason, `${advice}, or set another "stackCount.outputDirectory".`);
    }
    case 'unwritable':
      return output(`${refusal.reason}, so the results cannot be saved.`, 'Choose another folder.');
    case 'noCapture': {
      const problem = `${path} is no capture: ${refusal.reason}.`;
      return { kind: 'replay', exitCode: 2, problem, advice: '' };
    }
    case 'lock':
    case 'unreadable':
      return output(describeFileError(refusal.error, path), '');
  }
}

function output(problem: string, advice: string): Failure {
  return { kind: 'output', exitCode: 2, problem, advice };
}
