/** The terminal tool in the hands of the test user, as shipped, optionally in a changed world. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { atExit } from './atExit';
import type { CliEnd } from './cli';
import type { Command, TestUser } from './testUser';

/** Commands run as root in a mount namespace of its own, before the user's: nobody else sees it. */
export const WORLDS = {
  usual: '',
  'no system bus': 'mount -t tmpfs tmpfs /run/dbus',
  nosuid: 'mount --bind /usr /usr && mount -o remount,bind,nosuid /usr',
} as const;
export type World = keyof typeof WORLDS;

export interface Running {
  readonly pid: number;
  readonly ended: Promise<CliEnd>;
  /** Lets go a tool that was held. */
  release(): void;
}

export class UserCli {
  constructor(
    readonly user: TestUser,
    private readonly extension: string,
  ) {}

  get words(): readonly string[] {
    return [process.execPath, join(this.extension, 'dist', 'cli.js')];
  }

  /** What to spawn, as root, for a program of the user in that world. */
  in(world: World, file: string, args: readonly string[]): Command {
    const command = this.user.command(file, args);
    if (world === 'usual') return command;
    const change = `${WORLDS[world]} && exec "$@"`;
    const words = ['--mount', '/bin/sh', '-c', change, 'sh', command.file, ...command.args];
    return { ...command, file: '/usr/bin/unshare', args: words };
  }

  async run(words: readonly string[], world: World = 'usual'): Promise<CliEnd> {
    const running = this.start(words, world);
    running.release();
    return running.ended;
  }

  /** Held before its first instruction, so that an agent can be registered for it; no terminal. */
  start(words: readonly string[], world: World = 'usual'): Running {
    const held = ['-c', 'read -r _; exec "$@" </dev/null', 'sh', ...this.words, ...words];
    const { file, args, env } = this.in(world, '/bin/sh', held);
    const child = spawn(file, args, { env, cwd: this.user.home, detached: true });
    const forget = atExit(() => child.kill('SIGKILL'));
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
    const ended = new Promise<CliEnd>((resolve) => {
      child.once('close', (code, signal) => {
        forget();
        resolve({ code, signal, stdout, stderr });
      });
    });
    return { pid: child.pid ?? 0, ended, release: () => void child.stdin.end('go\n') };
  }
}
