/** The terminal tool on known programs, with every bpftrace that is here. */
import assert from 'node:assert/strict';
import { copyFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { bpftraces } from '../support/bpftraces';
import {
  Cli,
  closingLine,
  entries,
  readLog,
  runCli,
  sum,
  type Log,
  type LogEntry,
} from '../support/cli';
import { compileLoop } from '../support/compileLoop';
import { withoutBpftrace, withoutCompiler } from '../support/machine';
import { tempDir } from '../support/tempDir';
import { waitFor } from '../support/waitFor';
import { readEvent } from '../../src/sources/captureFile';
import { LineSplitter } from '../../src/sources/lineSplitter';
import { Session } from '../../src/ticks/session';
import { UNKNOWN_SYMBOL } from '../../src/core/frame';
import type { Profile } from '../../src/core/profile';
import type { ThreadTime } from '../support/processes';
import { compileWorkload, startWorkload, type Workload } from '../support/workloads';

const skip = withoutBpftrace() || withoutCompiler();

const SECONDS = 6;
const HZ = 199;

function assertNear(actual: number, expected: number, tolerance: number, what: string): void {
  const message = `${what}: ${actual} samples, ${expected.toFixed(0)} expected`;
  assert.ok(Math.abs(actual - expected) <= expected * tolerance, message);
}

/** Up to 0.20 two stacks may want one place in the kernel's map: `15 lost (15 stack collisions)`, by chance. */
function assertNothingLost(stderr: string, version: string): void {
  const { samples, lost } = closingLine(stderr);
  if (lost === 0) return;
  assert.match(version, /^0\.(1\d|20)\./, stderr);
  assert.match(stderr, new RegExp(`${lost} lost \\(${lost} stack collisions\\)\n*$`));
  assert.ok(lost <= samples / 50, stderr);
}

function through(list: readonly LogEntry[], ...symbols: string[]): LogEntry[] {
  return list.filter((entry) => symbols.every((symbol) => entry.symbols.includes(symbol)));
}

function cpuSeconds(times: readonly ThreadTime[], tid: number): number {
  const time = times.find((one) => one.tid === tid);
  return time ? time.userSeconds + time.systemSeconds : 0;
}

function samplesOf(log: Log, tid: number): number {
  return sum(entries(log).filter((one) => one.tid === tid));
}

/** The shell's `times`: `0m0.00s 0m0.00s` of itself, then `0m2.96s 0m0.01s` of its children. */
function childSeconds(text: string): number {
  const lines = text.split('\n').filter((line) => /^\d+m[\d.]+s \d+m[\d.]+s$/.test(line));
  const times = [...(lines[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  return times.reduce(
    (total, [, minutes, seconds]) => total + Number(minutes) * 60 + Number(seconds),
    0,
  );
}

function replay(capture: string): Profile {
  const session = new Session({ stacks: 'both', keys: 65_536, maxStacks: 50_000 }, {});
  const lines = new LineSplitter().push(readFileSync(capture)).slice(1);
  lines.forEach((line, at) => session.feed(readEvent(line, at + 2)));
  return session.profile;
}

interface Document {
  readonly log: Log;
  readonly times: readonly ThreadTime[];
}

/** Reports as they are printed, each with what /proc says of the workload at that moment. */
async function watchReports(cli: Cli, workload: Workload, count: number): Promise<Document[]> {
  const seen: Document[] = [];
  const look = (): Document[] => {
    const texts = cli.stdout.split(/^(?=\{$)/m).filter((text) => text.endsWith('}\n'));
    for (const text of texts.slice(seen.length)) {
      seen.push({ log: JSON.parse(text) as Log, times: workload.threads() });
    }
    return seen;
  };
  await waitFor('reports', look, () => seen.length >= count, { withinMs: 30_000, everyMs: 10 });
  return seen;
}

for (const { path, version } of bpftraces()) {
  const bpftrace = ['--bpftrace', path, '--format', 'none'];

  describe(`bpftrace ${version}`, { skip }, () => {
    test('a known program: both threads, names, counts as /proc has them, nothing lost', async () => {
      const folder = tempDir('known');
      const workload = await startWorkload('known', { seconds: 60 });
      const target = ['-u', '-k', '-p', String(workload.pid), '--hz', String(HZ), '-o', folder];
      const cli = new Cli(['record', ...target, '--interval', '1', '--bpftrace', path]);
      const reports = await watchReports(cli, workload, SECONDS + 1);
      cli.kill('SIGTERM');
      const end = await cli.ended;
      await workload.stop();
      const line = closingLine(end.stderr);
      const list = entries(readLog(folder));
      assert.equal(sum(list), line.samples);
      assert.equal(list.length, line.stacks);
      assertNothingLost(end.stderr, version);
      assert.deepEqual([...new Set(list.map(({ key }) => key))], [String(workload.pid)]);
      const [first, last] = [reports[0], reports[SECONDS]];
      assert.ok(first && last);
      assert.equal(first.times.length, 2);
      for (const { tid } of first.times) {
        const counted = samplesOf(last.log, tid) - samplesOf(first.log, tid);
        const used = cpuSeconds(last.times, tid) - cpuSeconds(first.times, tid);
        assertNear(counted, used * HZ, 0.15, `thread ${tid}`);
      }
      const inUser = list.filter(({ tid }) => tid === workload.pid);
      const chain = through(inUser, 'leaf', 'middle', 'outer', 'worker_user', 'main');
      assertNear(sum(chain), sum(inUser), 0.05, 'the known chain');
      const inKernel = list.filter(({ tid }) => tid !== workload.pid);
      const joined = through(inKernel, 'do_syscall_64', 'read_outer', 'worker_kernel');
      assert.ok(sum(joined) > 0.5 * sum(inKernel), `joined: ${sum(joined)} of ${sum(inKernel)}`);
    });

    test('kernel stacks alone: what ran in user code is outside, not lost', async () => {
      const folder = tempDir('kernel');
      const workload = await startWorkload('known', { seconds: 60 });
      const end = await runCli([
        'record',
        '-p',
        String(workload.pid),
        '--duration',
        '4',
        '-o',
        folder,
        ...bpftrace,
      ]);
      await workload.stop();
      const { samples, outside } = closingLine(end.stderr);
      assertNothingLost(end.stderr, version);
      assert.ok(outside > 0.5 * samples, `${outside} outside, ${samples} samples`);
      const list = entries(readLog(folder));
      assert.equal(through(list, 'leaf').length, 0);
      assert.ok(sum(through(list, 'do_syscall_64')) > 0.5 * samples);
    });

    test('threads that are born while it records are there', async () => {
      const folder = tempDir('threads');
      const workload = await startWorkload('manythreads', { seconds: 60 });
      const recording = runCli([
        'record',
        '-u',
        '-p',
        String(workload.pid),
        '--duration',
        '6',
        '-o',
        folder,
        ...bpftrace,
      ]);
      await workload.says('LATE', 20_000);
      await recording;
      const alive = new Set(workload.threads().map(({ tid }) => tid));
      await workload.stop();
      const recorded = new Set(entries(readLog(folder)).map(({ tid }) => tid));
      const missed = [...alive].filter((tid) => tid !== workload.pid && !recorded.has(tid));
      assert.deepEqual(missed, []);
    });

    test('a command is counted from its first instruction, with what it starts, and nothing else', async () => {
      const folder = tempDir('command');
      const bystander = await startWorkload('known', { seconds: 60 });
      const program = compileWorkload('burst');
      const command = ['sh', '-c', `${program} 3 60; times`];
      const end = await runCli(['record', '-u', '-o', folder, ...bpftrace, '--', ...command]);
      await bystander.stop();
      assert.equal(end.code, 0, end.stderr);
      const names = new Set(entries(readLog(folder)).map(({ name }) => name));
      assert.ok(names.has('burst'), [...names].join());
      assert.ok(!names.has('known'));
      const { samples, outside } = closingLine(end.stderr);
      assertNear(samples + outside, childSeconds(end.stderr) * 99, 0.15, 'its CPU time');
    });

    test('a process whose name looks like output stays one process with that name', async () => {
      const folder = tempDir('hostile');
      const workload = await startWorkload('hostile', { seconds: 60 });
      const end = await runCli([
        'record',
        '-u',
        '-p',
        String(workload.pid),
        '--duration',
        '3',
        '-o',
        folder,
        ...bpftrace,
      ]);
      await workload.stop();
      const log = readLog(folder);
      assert.deepEqual(Object.keys(log), [String(workload.pid)]);
      assert.equal(log[workload.pid]?.name, 'a, b]: 9\n@');
      assert.equal(sum(entries(log)), closingLine(end.stderr).samples);
    });
  });
}

describe('symbols', { skip }, () => {
  const record = ['record', '-u', '--duration', '3', '--format', 'none'];

  test('two running copies of one PIE program both resolve', async () => {
    const folder = tempDir('copies');
    const copies = [
      await startWorkload('known', { seconds: 60 }),
      await startWorkload('known', { seconds: 60 }),
    ];
    await runCli([...record, '-p', copies.map(({ pid }) => pid).join(' '), '-o', folder]);
    for (const copy of copies) await copy.stop();
    const list = entries(readLog(folder));
    for (const { pid } of copies) {
      const own = list.filter(({ key }) => key === String(pid));
      assert.ok(sum(through(own, 'leaf', 'middle', 'outer')) > 0.3 * sum(own), `process ${pid}`);
    }
  });

  test('a program at a fixed address resolves', async () => {
    const folder = tempDir('fixed');
    const program = compileWorkload('known', ['-no-pie', '-fno-pie']);
    const workload = await startWorkload('known', { seconds: 60, program });
    await runCli([...record, '-p', String(workload.pid), '-o', folder]);
    await workload.stop();
    const list = entries(readLog(folder));
    assert.ok(sum(through(list, 'leaf', 'middle', 'outer', 'worker_user')) > 0.3 * sum(list));
  });

  test('a program that was deleted while it runs still has its names', async () => {
    const folder = tempDir('deleted');
    const program = join(folder, 'known');
    copyFileSync(compileWorkload('known'), program);
    const workload = await startWorkload('known', { seconds: 60, program });
    rmSync(program);
    await runCli([...record, '-p', String(workload.pid), '-o', folder]);
    await workload.stop();
    const list = entries(readLog(folder));
    assert.ok(sum(through(list, 'leaf', 'middle')) > 0.3 * sum(list));
  });

  test('in a loop of short compiles at least 85 % of the samples have a name and known code', async () => {
    const folder = tempDir('compiles');
    const capture = join(folder, 'compiles.capture');
    const words = ['-u', '-k', '--duration', '10', '-o', folder, '--capture', capture];
    const recording = runCli(['record', ...words, '--format', 'none']);
    await compileLoop(9);
    await recording;
    // The log has no modules, and Debian's cc1 is stripped of most of its symbols.
    const all = [...replay(capture).countedStacks()];
    const short = all.filter(({ process }) =>
      /^(gcc|cc1|as|\[unknown\])$/.test(process?.name ?? ''),
    );
    const named = short.filter(({ process }) => process?.name !== UNKNOWN_SYMBOL);
    const located = named.filter(({ frames }) => frames.some(({ kind }) => kind !== 'unknown'));
    const resolved = named.filter(({ frames }) =>
      frames.some(({ symbol }) => symbol !== UNKNOWN_SYMBOL),
    );
    assert.ok(sum(short) > 100, `only ${sum(short)} samples of compilers`);
    const shares = [located, resolved].map((list) => (100 * sum(list)) / sum(short));
    const [inKnownCode = 0, withSymbol = 0] = shares;
    const said = `${inKnownCode.toFixed(1)} % in known code, ${withSymbol.toFixed(1)} % with a symbol`;
    assert.ok(inKnownCode >= 85 && withSymbol >= 70, said);
  });
});

describe('reports', { skip }, () => {
  test('every report is a whole document of everything since the start', async () => {
    const folder = tempDir('reports');
    const workload = await startWorkload('known', { seconds: 60 });
    const target = ['-u', '-p', String(workload.pid), '-o', folder];
    const end = await runCli(['record', ...target, '--interval', '1', '--duration', '6']);
    await workload.stop();
    const documents = end.stdout.split(/^(?=\{$)/m).map((text) => JSON.parse(text) as Log);
    assert.ok(documents.length >= 5, `${documents.length} reports`);
    const sums = documents.map((log) => sum(entries(log)));
    assert.deepEqual(
      sums,
      [...sums].sort((a, b) => a - b),
    );
    assert.deepEqual(documents.at(-1), readLog(folder));
  });

  test('a capture replays to the very same file', async () => {
    const [live, again] = [tempDir('live'), tempDir('again')];
    const capture = join(live, 'x.capture');
    const workload = await startWorkload('known', { seconds: 60 });
    await runCli([
      'record',
      '-u',
      '-k',
      '--duration',
      '4',
      '-o',
      live,
      '--capture',
      capture,
      '--format',
      'none',
    ]);
    await workload.stop();
    const end = await runCli(['record', '--replay', capture, '-o', again, '--format', 'none']);
    assert.equal(end.code, 0, end.stderr);
    const read = (folder: string): string => readFileSync(join(folder, 'stack_count.log'), 'utf8');
    assert.equal(read(again), read(live));
    assert.deepEqual(readdirSync(again).sort(), ['stack.svg', 'stack_count.log']);
  });
});
