/** Who makes the recording of a soak: the terminal tool, or the engine of the editor. As root. */
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { REPOSITORY } from '../../scripts/lib/paths.mjs';
import { DEFAULT_CAPTURE, DEFAULT_MAX_STACKS } from '../../src/ticks/options';
import { describeLosses } from '../../src/core/accounting';
import { ENGINE_OPTIONS } from '../../src/engine/engineOptions';
import type { FromEngine, Summary } from '../../src/messages/engineMessages';
import type { LiveRequest } from '../../src/recording/startRecording';
import { atExit } from './atExit';
import { Cli } from './cli';
import { readEnd, type SoakEnd } from './soakJudge';

export interface SoakRequest {
  readonly seconds: number;
  readonly hz: number;
  readonly capture: string;
  readonly folder: string;
  /** One other than the system's. */
  readonly bpftrace?: string | undefined;
}

export interface SoakRecorder {
  readonly pid: number;
  readonly ended: Promise<SoakEnd>;
  /** What it says beside its results. */
  readonly words: string;
  stop(): void;
}

const REPORT_SECONDS = 5;

export function terminalRecorder(request: SoakRequest): SoakRecorder {
  const { seconds, hz, capture, folder, bpftrace } = request;
  const cli = new Cli([
    ...['record', '-u', '-k', '--hz', String(hz), '--interval', String(REPORT_SECONDS)],
    ...['--duration', String(seconds), '--format', 'none', '--capture', capture, '-o', folder],
    ...(bpftrace === undefined ? [] : ['--bpftrace', bpftrace]),
  ]);
  return {
    pid: cli.pid,
    ended: cli.ended.then(({ code, stderr }) => readEnd(code, stderr)),
    get words() {
      return cli.stderr;
    },
    stop: () => cli.kill('SIGTERM'),
  };
}

/** The engine takes more than the editor asks for: see EngineServer. */
type EngineRequest = Omit<LiveRequest, 'asker'> & { folder: string; journals: string };

export function editorRecorder(request: SoakRequest): SoakRecorder {
  const engine = fork(join(REPOSITORY, 'dist', 'engine.js'), [], { execArgv: [...ENGINE_OPTIONS] });
  const forget = atExit(() => engine.kill('SIGKILL'));
  const words: string[] = [];
  engine.on('message', (message: FromEngine) => {
    if (message.type === 'message') words.push(message.text);
    if (message.type === 'ended') words.push(describeLosses(message.summary.totals));
  });
  engine.send({ type: 'start', request: engineRequest(request) });
  return {
    pid: engine.pid ?? 0,
    ended: engineEnd(engine).finally(forget),
    get words() {
      return words.join('\n');
    },
    stop: () => engine.send({ type: 'stop' }),
  };
}

function engineRequest({ seconds, hz, capture, folder, bpftrace }: SoakRequest): EngineRequest {
  return {
    capture: { ...DEFAULT_CAPTURE, stacks: 'both', hz },
    maxStacks: DEFAULT_MAX_STACKS,
    reportInterval: REPORT_SECONDS,
    folder,
    journals: folder,
    captureFile: capture,
    durationSeconds: seconds,
    bpftrace,
  };
}

function engineEnd(engine: ChildProcess): Promise<SoakEnd> {
  const complaints: string[] = [];
  return new Promise((resolve) => {
    engine.on('message', (message: FromEngine) => {
      if (message.type === 'message' && message.level === 'error') complaints.push(message.text);
      if (message.type !== 'ended') return;
      const code = message.failure?.exitCode ?? 0;
      resolve({ code, ...numbersOf(message.summary), complaints });
      engine.disconnect();
    });
    engine.once('exit', (code) =>
      resolve({ code: code ?? 128, samples: NaN, outside: NaN, lost: NaN, renewed: 0, complaints }),
    );
  });
}

function numbersOf({ totals }: Summary): Omit<SoakEnd, 'code' | 'complaints'> {
  const { recorded, outside, lost, reasons } = totals;
  return { samples: recorded, outside, lost, renewed: reasons.renewal };
}
