/** What can happen to a recording, each with what must come of it. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { entries, sum, type CliOptions, type Log } from '../support/cli';
import { atExit } from '../support/atExit';
import { systemBpftrace } from '../support/bpftraces';
import { tempDir } from '../support/tempDir';
import type { Expected, Trial, Who } from './trial';

export interface Fault {
  readonly name: string;
  readonly only?: { readonly who: Who['name']; readonly because: string };
  /** Whoever is not root can do less about it. */
  readonly rightsMatter?: true;
  /** Not for a short run. */
  readonly takesLong?: true;
  readonly options?: (who: Who) => CliOptions & { readonly words?: readonly string[] };
  /** Before it starts, in the folder of its results. */
  readonly prepare?: (folder: string) => void;
  /** @param seconds for what lasts a while; @returns what must come of it */
  readonly happen: (trial: Trial, seconds: number) => Promise<Expected>;
}

/** As if nothing had been. */
const ALL: Expected = { code: 0, files: 'all' };

/** Stopped for a while, it goes on. */
async function holdUp(trial: Trial, pids: readonly number[], seconds: number): Promise<Expected> {
  trial.strike();
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  await sleep(seconds * 1_000);
  for (const pid of pids) process.kill(pid, 'SIGCONT');
  await trial.anotherReport();
  trial.cli.kill('SIGINT');
  return ALL;
}

/** A bpftrace whose probes are attached, and fire for three seconds. */
function bpftraceWithWeakProbes(): string {
  const path = join(tempDir('weak-probes'), 'bpftrace');
  const script = `#!/bin/sh
[ "$1" = --version ] && exec ${systemBpftrace().path} --version
program=$(printf '%s' "$4" | sed 's|^profile:hz:[0-9]*|& /nsecs - @born < 3000000000/|; s|printf("READY|@born = nsecs; &|')
exec ${systemBpftrace().path} "$1" "$2" "$3" "$program"
`;
  writeFileSync(path, script, { mode: 0o755 });
  return path;
}

const LINE_OF_10_MB = 'head -c 10000000 /dev/zero | tr "\\0" x; echo';
/** Date jumps an hour, there and back again, each second. */
const JUMPING_CLOCK = `data:text/javascript,${encodeURIComponent(`
const { now } = Date;
Date.now = () => now() + (Math.floor(performance.now() / 1000) % 2 ? 3600e3 : -3600e3);
`)}`;

export const FAULTS: readonly Fault[] = [
  {
    name: 'kill -9 of the tool',
    rightsMatter: true,
    happen: async (trial) => {
      await trial.anotherReport();
      trial.remember();
      trial.strike();
      trial.cli.kill('SIGKILL');
      return { code: null, files: 'last report' };
    },
  },
  {
    name: 'kill -9 of the helper',
    rightsMatter: true,
    happen: async (trial) => {
      process.kill(trial.helper(), 'SIGKILL');
      return {
        code: 5,
        says: /The helper that runs bpftrace was ended from outside/,
        files: 'all',
      };
    },
  },
  {
    name: 'kill -9 of bpftrace',
    rightsMatter: true,
    happen: async (trial) => {
      process.kill(await trial.cli.bpftrace(), 'SIGKILL');
      return { code: 5, says: /bpftrace was ended from outside by signal 9/, files: 'all' };
    },
  },
  {
    name: 'bpftrace hangs when it is told to stop',
    rightsMatter: true,
    happen: async (trial) => {
      process.kill(await trial.cli.bpftrace(), 'SIGSTOP');
      trial.cli.kill('SIGTERM');
      return { code: 5, says: /bpftrace did not end within 5 s and was killed/, files: 'all' };
    },
  },
  {
    name: 'the helper hangs when it is told to stop',
    rightsMatter: true,
    happen: async (trial) => {
      const shells = await trial.shells();
      for (const pid of shells) process.kill(pid, 'SIGSTOP');
      trial.cli.kill('SIGTERM');
      await trial.cli.ended;
      for (const pid of shells) process.kill(pid, 'SIGCONT');
      // Only now it stops bpftrace, and has 5 s for one that hangs.
      const says = /did not answer to the stop within 6 s/;
      return { code: 5, says, files: 'all', goneWithinMs: 6_000 };
    },
  },
  {
    name: 'the tool is stopped (SIGSTOP) and goes on',
    happen: (trial, seconds) => holdUp(trial, [trial.cli.pid], seconds),
  },
  {
    name: 'the helper is stopped and goes on',
    happen: async (trial, seconds) => holdUp(trial, await trial.shells(), seconds),
  },
  {
    name: 'bpftrace is stopped for 3 s and goes on',
    happen: async (trial) => holdUp(trial, [await trial.cli.bpftrace()], 3),
  },
  {
    name: 'bpftrace hangs',
    happen: async (trial) => {
      process.kill(await trial.cli.bpftrace(), 'SIGSTOP');
      await trial.says(/^no data for [5-7] s, starting bpftrace again$/m);
      await trial.says(/^bpftrace gives data again/m);
      await trial.anotherReport();
      trial.cli.kill('SIGINT');
      return ALL;
    },
  },
  {
    name: 'bpftrace and the helper hang',
    happen: async (trial) => {
      const all = trial.remember();
      for (const pid of all) process.kill(pid, 'SIGSTOP');
      await trial.says(/^no data for [5-7] s, starting bpftrace again$/m);
      await trial.cli.ended;
      for (const pid of all) process.kill(pid, 'SIGCONT');
      return {
        code: 5,
        says: /The helper that runs bpftrace has not answered for 10 s/,
        files: 'all',
      };
    },
  },
  {
    name: 'the probes stop firing, again and again',
    only: { who: 'root', because: 'only root may name another bpftrace' },
    takesLong: true,
    options: () => ({ words: ['--format', 'none', '--bpftrace', bpftraceWithWeakProbes()] }),
    happen: async (trial) => {
      await trial.says(/^no data for [5-7] s, .* \(its probes have stopped firing\)$/m);
      await trial.cli.ended;
      return { code: 5, says: /bpftrace gave no data for 5 s, again after/, files: 'all' };
    },
  },
  {
    name: 'all of it is stopped and goes on, as by a laptop that sleeps',
    happen: (trial, seconds) => holdUp(trial, [...trial.remember(), trial.cli.pid], seconds),
  },
  {
    name: 'the clock jumps an hour ahead and back, each second',
    options: ({ cli }) => ({
      ...cli,
      as: (file, args) => {
        const words = ['--import', JUMPING_CLOCK, ...args];
        return cli.as?.(file, words) ?? { file, args: words };
      },
    }),
    happen: async (trial) => {
      await trial.anotherReport();
      await trial.anotherReport();
      trial.cli.kill('SIGINT');
      return ALL;
    },
  },
  {
    name: 'the output folder is removed',
    happen: async (trial) => {
      rmSync(trial.folder, { recursive: true });
      await trial.begun();
      trial.cli.kill('SIGINT');
      return ALL;
    },
  },
  {
    name: 'the output folder is renamed, and a link to another one put in its place',
    happen: async (trial) => {
      const [moved, elsewhere] = [`${trial.folder}-moved`, tempDir('elsewhere', true)];
      atExit(() => rmSync(moved, { recursive: true, force: true }));
      renameSync(trial.folder, moved);
      symlinkSync(elsewhere, trial.folder);
      await trial.says(/the results are in .*-moved\.$/m);
      trial.cli.kill('SIGINT');
      await trial.cli.ended;
      if (readdirSync(elsewhere).length > 0) throw new Error('the link was followed');
      rmSync(trial.folder);
      renameSync(moved, trial.folder);
      return ALL;
    },
  },
  {
    name: 'the output folder is made read-only',
    rightsMatter: true,
    only: { who: 'user', because: 'root may write everywhere' },
    happen: async (trial) => {
      chmodSync(trial.folder, 0o555);
      await trial.says(/stack_count\.log cannot be written by you/);
      trial.cli.kill('SIGINT');
      return { code: 1, files: 'last report' };
    },
  },
  {
    name: 'the disk is full, and has room again',
    prepare: mountSmall,
    happen: async (trial) => {
      writeFileSync(trial.log, 'older');
      trial.who.own(trial.log);
      const filler = join(trial.folder, 'filler');
      spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=1k']);
      await trial.says(/stack_count\.log has no space left on its disk/);
      if (readFileSync(trial.log, 'utf8') !== 'older') throw new Error('the old file was lost');
      rmSync(filler);
      await trial.anotherReport();
      trial.cli.kill('SIGINT');
      return ALL;
    },
  },
  {
    name: 'no more files can be opened, and then they can',
    happen: async (trial) => {
      limitFiles(trial, 3);
      await trial.says(/could not be opened: too many files are open/);
      limitFiles(trial, 1_024);
      await trial.anotherReport();
      trial.cli.kill('SIGINT');
      return ALL;
    },
  },
  {
    name: 'bpftrace writes a line of 10 MB to each of its outputs',
    only: { who: 'root', because: 'only root may name another bpftrace' },
    options: () => {
      const path = join(tempDir('long-line'), 'bpftrace');
      const lines = `{ ${LINE_OF_10_MB}; { ${LINE_OF_10_MB}; } >&2; }`;
      const script = `#!/bin/sh\n[ "$1" = --version ] || ${lines}\n`;
      writeFileSync(path, `${script}exec ${systemBpftrace().path} "$@"\n`, { mode: 0o755 });
      return { words: ['--format', 'none', '--bpftrace', path] };
    },
    happen: async (trial) => {
      await trial.anotherReport();
      trial.cli.kill('SIGINT');
      return ALL;
    },
  },
  {
    name: 'nobody reads the reports for a while',
    options: () => ({ words: ['--format', 'json'], unread: true }),
    happen: async (trial, seconds) => {
      await sleep(seconds * 1_000);
      trial.cli.kill('SIGINT');
      trial.cli.readStdout();
      const { stdout } = await trial.cli.ended;
      const last = JSON.parse(stdout.slice(stdout.lastIndexOf('\n{') + 1)) as Log;
      if (sum(entries(last)) === 0) throw new Error('the last report is empty');
      return ALL;
    },
  },
  {
    name: 'whoever reads the reports goes away',
    options: () => ({ words: ['--format', 'json'] }),
    happen: async (trial) => {
      trial.cli.closeStdout();
      return ALL;
    },
  },
  {
    name: 'its terminal is closed (SIGHUP)',
    happen: async (trial) => {
      trial.cli.kill('SIGHUP');
      return ALL;
    },
  },
];

/** A disk of its own, small enough to be filled at once. */
function mountSmall(folder: string): void {
  const words = ['-t', 'tmpfs', '-o', 'size=256k,mode=755', 'tmpfs', folder];
  const { status, stderr } = spawnSync('mount', words);
  if (status !== 0) throw new Error(String(stderr));
  atExit(() => spawnSync('umount', [folder]));
}

/** The kernel refuses new ones; those that are open stay. */
function limitFiles({ who, cli }: Trial, count: number): void {
  const words = [`--pid=${cli.pid}`, `--nofile=${count}:`];
  const { file, args } = who.cli.as?.('/usr/bin/prlimit', words) ?? {
    file: 'prlimit',
    args: words,
  };
  const { status, stderr } = spawnSync(file, args);
  if (status !== 0) throw new Error(String(stderr));
}
