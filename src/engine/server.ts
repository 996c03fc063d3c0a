/** Serves one editor: runs its recording, answers for the rows of its tree, writes its files. */
import { basename } from 'node:path';
import { CaptureFormatError } from '../capture/captureFile';
import { failureText, type Failure } from '../capture/failure';
import { describeCapture } from '../capture/options';
import { printable } from '../core/printable';
import { convertedFile, UnreadableError } from './convertedFile';
import { FolderBusyError, lockFolder } from './folderLock';
import { describeFileError, whyNotWritable } from './outputFiles';
import { blocksReport, describeEpisodes } from './loadReport';
import type { FromEngine, Picture, StartRequest, Summary, ToEngine } from './protocol';
import type { Recording, RecordingHooks } from './recording';
import { picture, ResultFiles } from './resultFiles';
import { liveRecording, replayRecording } from './startRecording';
import { childrenOf } from './treeRows';

export class EngineServer {
  #recording: Recording | undefined;
  #files: ResultFiles | undefined;
  #unlock: () => void = () => {};

  constructor(private readonly send: (message: FromEngine) => void) {}

  handle(message: ToEngine): void {
    switch (message.type) {
      case 'start':
        return this.#start(message.request);
      case 'stop':
        return this.#recording?.stop();
      case 'children':
        return this.#answer(message);
      case 'picture':
        return this.#draw(message);
    }
  }

  /** The editor is gone: save what was counted, then resolve. */
  async abandon(): Promise<void> {
    this.#recording?.stop();
    await this.#recording?.ended;
  }

  #answer({ question, parent, limit }: ToEngine & { type: 'children' }): void {
    const children = this.#recording
      ? childrenOf(this.#recording.profile, parent, limit)
      : { rows: [], more: 0 };
    this.send({ type: 'children', question, children });
  }

  #draw({ question, file }: ToEngine & { type: 'picture' }): void {
    const drawn = file === undefined ? this.#drawRecording() : pictureOfFile(file);
    this.send({ type: 'picture', question, picture: drawn });
  }

  #drawRecording(): Picture {
    const recording = this.#recording;
    if (recording && recording.totals.recorded > 0) return { svg: picture(recording) };
    return { problem: 'Nothing has been recorded yet: start Stack Count first.' };
  }

  #start(request: StartRequest): void {
    if (this.#recording && this.#recording.state !== 'ended') return;
    const made = this.#make(request);
    if ('problem' in made) {
      this.send({ type: 'ended', summary: NOTHING, failure: made, files: [] });
      this.send({ type: 'state', state: 'ended' });
      return;
    }
    this.#recording = made;
    void made.ended.then(({ failure }) => this.#ended(made, failure));
    this.#announce(made, request);
    this.send({ type: 'state', state: 'starting' });
    made.start();
  }

  #announce({ header }: Recording, { capture, replay }: StartRequest): void {
    const what = describeCapture(header.options);
    if (replay) return this.send({ type: 'started', title: `a recording played again: ${what}` });
    const title = what;
    const { hz } = header.options;
    this.send({ type: 'started', title, ...(hz < capture.hz ? { lowered: hz } : {}) });
  }

  #make(request: StartRequest): Recording | Failure {
    const { folder, replay } = request;
    try {
      this.#prepareFiles(folder);
      const made = replay
        ? replayRecording(replay, 'real', this.#hooks())
        : liveRecording(request, this.#hooks());
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
    this.#unlock = lockFolder(folder, 'Stack Count in VS Code');
    this.#files = new ResultFiles(folder, (text) =>
      this.send({ type: 'message', level: 'error', text }),
    );
  }

  #hooks(): RecordingHooks {
    return {
      // The end is told when the files are written.
      onState: (state) => {
        if (state !== 'ended') this.send({ type: 'state', state });
      },
      onTick: () => this.#tell(),
      onLoad: () => this.#tell(),
      onReport: () => this.#report(),
      onMessage: (text) => this.send({ type: 'message', level: 'info', text: printable(text) }),
    };
  }

  #tell(): void {
    if (this.#recording) this.send({ type: 'tick', summary: summarise(this.#recording) });
  }

  #report(): void {
    const recording = this.#recording;
    if (!recording) return;
    this.#files?.write(recording);
    if (recording.header.limit) this.send({ type: 'blocks', text: blocksReport(recording) });
  }

  #ended(recording: Recording, failure: Failure | undefined): void {
    this.#unlock();
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

function pictureOfFile(file: string): Picture {
  try {
    return { svg: convertedFile(file, 'svg') };
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    return { problem: `${basename(file)} can not be shown as a flame graph: ${error.message}.` };
  }
}

class UnwritableError extends Error {
  override readonly name = 'UnwritableError';
}

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
};

function summarise({ profile, seconds, totals, load }: Recording): Summary {
  const processes = profile.processes.filter((process) => process.count > 0).length;
  // All episodes each second would be a lot; the last one is enough to show.
  const status = load && { ...load, episodes: load.episodes.slice(-1) };
  return {
    seconds,
    totals,
    processes,
    stacks: profile.entries,
    ...(status ? { load: status } : {}),
  };
}

function startFailure(error: unknown, path: string): Failure {
  const { message } = error as Error;
  if (error instanceof FolderBusyError) {
    return output(message, 'Stop it first, or set another "stackCount.outputDirectory".');
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
