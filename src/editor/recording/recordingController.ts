/**
 * Starts and stops recordings on behalf of the person, and keeps the view, the status bar, the
 * context keys and the output channel in step with what the engine says.
 */
import {
  commands,
  Disposable,
  ProgressLocation,
  window,
  workspace,
  type ExtensionContext,
  type LogOutputChannel,
  type OutputChannel,
} from 'vscode';
import type { Failure } from '../../failures/failure';
import { DEFAULT_CAPTURE } from '../../ticks/options';
import { CONTEXT_KEYS } from '../contributions';
import { printable } from '../../core/printable';
import type { FromEngine, StartRequest } from '../../messages/engineMessages';
import type { RecordingState } from '../../recording/recording';
import type { Crash, EngineClient } from './engineClient';
import type { FlamegraphPanels } from '../flamegraph/flamegraphPanels';
import { announceFailure, announceProblem, announceResults, openFile } from '../notifications';
import { plainText } from '../plainText';
import { logIn } from '../resultLog';
import type { ProcessesView } from '../tree/processesView';
import { hasLog, hasStacks, isBusy, shownState } from './recordingModel';
import { RecordingTerminal } from './recordingTerminal';
import type { RecordingChange, RecordingWatch } from './recordingWatch';
import { outputFolder, readSettings, type Settings } from '../settings';
import { askWhatToWatch, type LoadChoice } from './loadDialog';
import { askFolder, askWhatToRecord, type StartChoice } from './startDialog';
import type { StatusBar } from './statusBar';
import { workspaceStorage } from '../workspaceStorage';

/** What was chosen in a dialog; with a limit it is the load monitor. */
type Choice = StartChoice & Partial<Pick<LoadChoice, 'limit'>>;

/** Replay this capture instead of recording: for machines without eBPF, and to develop without root. */
const REPLAY = 'STACK_COUNT_REPLAY';
const OFFERED = 'What it counted until its last second is offered to be saved.';
const TRY_AGAIN = 'Start it again, and reload the window if that does not help.';

export class RecordingController implements Disposable {
  /** A dialog is open: a second start would open another. */
  #asking = false;
  #leftStart: (() => void) | undefined;
  #request: StartRequest | undefined;
  /** The terminal was chosen, and it worked: the next recording asks there at once. */
  #prefersTerminal = false;
  readonly #terminal = new RecordingTerminal(() => this.engine.send({ type: 'stop' }));
  readonly #subscription: Disposable;

  constructor(
    private readonly context: ExtensionContext,
    private readonly engine: EngineClient,
    private readonly recording: RecordingWatch,
    private readonly view: ProcessesView,
    private readonly statusBar: StatusBar,
    private readonly log: LogOutputChannel,
    private readonly blocks: OutputChannel,
    private readonly panels: Pick<FlamegraphPanels, 'showBeside'>,
  ) {
    this.#subscription = Disposable.from(
      recording.onChange((change) => this.#receive(change)),
      engine.onCrash((crash) => this.#crashed(crash)),
    );
    this.#setContext();
  }

  start(pid?: number): Promise<void> {
    return this.#startWith((settings) => this.#chooseCount(settings, pid));
  }

  startLoadMonitor(): Promise<void> {
    const memory = this.context.workspaceState;
    return this.#startWith(async ({ limit }) => {
      const choice = await askWhatToWatch(memory, limit);
      return choice && { ...choice, pids: 'all' };
    });
  }

  stop(): void {
    if (!isBusy(this.recording.model)) {
      void window.showInformationMessage('Stack Count is not recording.');
      return;
    }
    this.engine.send({ type: 'stop' });
  }

  async openLog(): Promise<void> {
    const log = logIn(this.recording.model.files);
    if (log !== undefined) await openFile(log);
  }

  dispose(): void {
    this.#leftStart?.();
    this.#terminal.dispose();
    this.#subscription.dispose();
  }

  #mayStart(): boolean {
    if (this.#asking) return false;
    if (isBusy(this.recording.model)) {
      void this.#offerStop();
      return false;
    }
    if (process.platform !== 'linux') {
      announceProblem('Stack Count reads the stacks of a Linux machine, and this is none.');
      return false;
    }
    if (workspace.isTrusted) return true;
    announceProblem('Stack Count runs a helper as root: trust this workspace first.');
    return false;
  }

  async #offerStop(): Promise<void> {
    const stop = 'Stop Stack Count';
    const text = plainText(`Stack Count is recording already: ${this.recording.model.title}.`);
    if ((await window.showInformationMessage(text, stop)) === stop) this.stop();
  }

  async #startWith(choose: (settings: Settings) => Promise<Choice | undefined>): Promise<void> {
    if (!this.#mayStart()) return;
    this.#asking = true;
    try {
      const request = await this.#ask(choose);
      if (request) this.#begin(request);
    } finally {
      this.#asking = false;
    }
  }

  async #chooseCount(settings: Settings, pid: number | undefined): Promise<Choice | undefined> {
    const { stacks } = settings;
    if (pid !== undefined) return { stacks, pids: [pid] };
    if (process.env[REPLAY]) return { stacks, pids: 'all' };
    return askWhatToRecord(this.context.workspaceState, stacks, settings.ownProcesses);
  }

  async #ask(
    choose: (settings: Settings) => Promise<Choice | undefined>,
  ): Promise<StartRequest | undefined> {
    const settings = readSettings();
    const choice = await choose(settings);
    if (!choice) return undefined;
    const folder = outputFolder(settings) ?? (await askFolder());
    if (folder === undefined) return undefined;
    const { frequency: hz, maxDepth: depth, maxStacks, reportInterval } = settings;
    const { stacks, pids, limit } = choice;
    const replay = process.env[REPLAY];
    return {
      capture: { ...DEFAULT_CAPTURE, stacks, pids, hz, depth, own: settings.ownProcesses },
      maxStacks,
      reportInterval,
      journals: workspaceStorage(this.context, 'journals'),
      ...(limit ? { limit } : {}),
      ...(folder === '' ? {} : { folder }),
      ...(replay ? { replay } : {}),
      ...(this.#prefersTerminal ? { inTerminal: true } : {}),
    };
  }

  #begin(request: StartRequest): void {
    this.#request = request;
    this.recording.request();
    this.engine.send({ type: 'start', request });
    this.view.clear();
    void this.#showProgress();
    void commands.executeCommand('stackCount.processes.focus', { preserveFocus: true });
  }

  /** Until the probes are attached somebody may have to type a password; it can be called off. */
  async #showProgress(): Promise<void> {
    const left = new Promise<void>((resolve) => (this.#leftStart = resolve));
    await window.withProgress(
      {
        location: ProgressLocation.Notification,
        title: 'Stack Count: asking for permission and attaching the probes',
        cancellable: true,
      },
      (_, token) => {
        token.onCancellationRequested(() => this.stop());
        return left;
      },
    );
  }

  #receive(change: RecordingChange): void {
    const { event } = change;
    switch (event.type) {
      case 'requested':
        return this.#enter('starting');
      case 'state':
        return this.#enter(event.state);
      case 'started':
        return this.#started(event.title, event.lowered);
      case 'tick':
        return this.#ticked(change);
      case 'ended':
        return this.#ended(event);
      case 'message':
        return this.#logged(event.level, event.text);
      case 'terminal':
        return this.#terminal.open(event.command);
      case 'blocks':
        return this.#showBlocks(event.text);
      default:
        return;
    }
  }

  #started(title: string, lowered: number | undefined): void {
    this.log.info(`Recording ${title}.`);
    if (lowered === undefined) return;
    announceProblem(`Stack Count samples at ${lowered} Hz here, so that all CPUs lose nothing.`);
  }

  #ticked({ before, now }: RecordingChange): void {
    if (hasStacks(now) && !hasStacks(before)) this.#setContext();
    this.#showStatus();
    this.view.unusual = now.summary?.unusual ?? 0;
    this.view.update();
  }

  #ended({ summary, failure, files }: FromEngine & { type: 'ended' }): void {
    this.view.unusual = 0;
    this.view.update();
    if (failure) this.#failed(failure);
    this.#terminal.close();
    const told = failure?.kind === 'output';
    if (!failure || (summary.totals.recorded > 0 && !told)) void announceResults(summary, files);
  }

  /**
   * The rows are gone with it. What it had counted is in its journal, which is offered as soon as the
   * state is "ended".
   */
  #crashed({ how, started }: Crash): void {
    const what = started ? `ended unexpectedly (${how})` : `could not be started (${how})`;
    this.log.error(`The engine ${what}.`);
    this.view.clear();
    if (!isBusy(this.recording.model)) return;
    announceProblem(`The engine of Stack Count ${what}. ${started ? OFFERED : TRY_AGAIN}`);
  }

  #failed(failure: Failure): void {
    this.#prefersTerminal = false;
    const request = this.#request;
    void announceFailure(failure, this.log, () => {
      if (request && this.#mayStart()) this.#begin({ ...request, inTerminal: true });
    });
  }

  /** As the ancestor's screen: everything so far, again at each report. */
  #showBlocks(text: string): void {
    this.blocks.replace(text);
  }

  #logged(level: 'info' | 'error', text: string): void {
    const safe = text.split('\n').map(printable).join('\n');
    if (level === 'info') this.log.info(safe);
    else this.log.error(safe);
  }

  #enter(state: RecordingState): void {
    if (state !== 'starting') this.#leftStart?.();
    if (state === 'recording' && readSettings().openFlameGraph) this.panels.showBeside();
    if (state === 'recording') this.#prefersTerminal = this.#request?.inTerminal === true;
    this.#showStatus();
    this.#setContext();
  }

  #showStatus(): void {
    const { model } = this.recording;
    this.statusBar.show(shownState(model), model.title, model.summary);
  }

  #setContext(): void {
    const { model } = this.recording;
    void commands.executeCommand('setContext', CONTEXT_KEYS.busy, isBusy(model));
    void commands.executeCommand('setContext', CONTEXT_KEYS.hasLog, hasLog(model));
    void commands.executeCommand('setContext', CONTEXT_KEYS.hasStacks, hasStacks(model));
  }
}
