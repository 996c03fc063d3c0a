/**
 * A recording under a heavy load: 500 processes, 2,000 threads and more than 100,000 distinct stacks
 * at 999 Hz, with the engine of the editor. Printed each minute: samples, losses, the engine's
 * memory, the journal's size, and how long the tree waits for its rows.
 *
 *   npm run build && node --import tsx bench/load.ts [SECONDS [BPFTRACE]]
 *
 * Needs root. The bars: no exception, at most 250 MB, an engine that answers.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { REPOSITORY } from '../scripts/lib/paths.mjs';
import { DEFAULT_CAPTURE, DEFAULT_MAX_STACKS } from '../src/ticks/options';
import { describeLosses, formatCount } from '../src/core/accounting';
import { ENGINE_OPTIONS } from '../src/engine/engineOptions';
import type { FromEngine, StartRequest, Summary, ToEngine } from '../src/messages/engineMessages';
import { tempDir } from '../test/support/tempDir';
import { startWorkload } from '../test/support/workloads';

const seconds = Number(process.argv[2] ?? 600);
const bpftrace = process.argv[3];
const [PROCESSES, THREADS, PATHS] = [500, 4, 400];

class Engine {
  readonly #child: ChildProcess;
  summary: Summary | undefined;
  files: readonly string[] = [];
  readonly messages: string[] = [];
  #answered: () => void = () => {};
  readonly ended: Promise<void>;

  constructor() {
    this.#child = fork(join(REPOSITORY, 'dist', 'engine.js'), [], {
      execArgv: [...ENGINE_OPTIONS],
    });
    this.ended = new Promise((resolve) => {
      this.#child.on('message', (message: FromEngine) => {
        if (message.type === 'tick' || message.type === 'ended') this.summary = message.summary;
        if (message.type === 'children') this.#answered();
        if (message.type === 'message') this.messages.push(message.text);
        if (message.type !== 'ended') return;
        this.files = message.files;
        resolve();
      });
      this.#child.once('exit', (code) => {
        if (code !== 0) this.messages.push(`the engine ended with ${code}`);
        resolve();
      });
    });
  }

  send(message: ToEngine): void {
    this.#child.send(message);
  }

  /** Milliseconds until the rows of the tree are here. */
  async rowsTime(): Promise<number> {
    const started = performance.now();
    const answered = new Promise<void>((resolve) => (this.#answered = resolve));
    this.send({ type: 'children', question: 1, parent: '', limit: 100 });
    await answered;
    return performance.now() - started;
  }

  memory(kind: 'VmRSS' | 'VmHWM'): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    return Number(new RegExp(`${kind}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
  }

  close(): void {
    this.#child.disconnect();
  }
}

function sizeOf(folder: string): number {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) / 2 ** 20;
}

function line(engine: Engine, journals: string, waits: readonly number[]): string {
  const { summary } = engine;
  if (!summary) return 'nothing yet';
  const { totals, processes, stacks } = summary;
  const sorted = [...waits].sort((a, b) => a - b);
  const wait = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(0);
  return [
    `${summary.seconds.toFixed(0)} s`,
    `${formatCount(totals.recorded)} samples in ${formatCount(stacks)} stacks of ${processes} processes`,
    describeLosses(totals),
    `memory ${engine.memory('VmRSS').toFixed(0)} MB, at most ${engine.memory('VmHWM').toFixed(0)} MB`,
    `journal ${sizeOf(journals).toFixed(1)} MB`,
    `rows after ${wait(0.5)} ms, at most ${wait(1)} ms`,
  ].join('; ');
}

async function main(): Promise<void> {
  const crowd = await startWorkload('crowd', {
    seconds: seconds + 60,
    args: [PROCESSES, THREADS, PATHS],
  });
  const folder = tempDir('load');
  const journals = tempDir('load-journals');
  const engine = new Engine();
  const request: StartRequest & { bpftrace?: string } = {
    capture: { ...DEFAULT_CAPTURE, stacks: 'both', pids: 'all', hz: 999 },
    maxStacks: DEFAULT_MAX_STACKS,
    reportInterval: 5,
    folder,
    journals,
    ...(bpftrace === undefined ? {} : { bpftrace }),
  };
  engine.send({ type: 'start', request });
  const waits: number[] = [];
  for (let second = 1; second <= seconds; second++) {
    await sleep(1_000);
    waits.push(await engine.rowsTime());
    if (second % 60 === 0 || second === seconds) console.log(line(engine, journals, waits));
  }
  const stopped = performance.now();
  engine.send({ type: 'stop' });
  await engine.ended;
  const took = ((performance.now() - stopped) / 1000).toFixed(1);
  console.log(`saved ${engine.files.length} files ${took} s after the stop`);
  for (const text of engine.messages) console.log(text.slice(0, 300));
  engine.close();
  await crowd.stop();
}

await main();
