/** Real agents of polkit for one process: one whose person cancels, one where a password is typed. */
import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../../scripts/lib/paths.mjs';
import { atExit } from './atExit';
import { Pty } from './pty';
import { tempDir } from './tempDir';
import type { TestUser } from './testUser';
import { waitFor } from './waitFor';

const AGENT = join(REPOSITORY, 'test', 'fixtures', 'polkit', 'agent.py');

export interface CancellingAgent {
  /** What it was asked: `asked <action> <message>`. */
  readonly output: string;
  close(): void;
}

export async function cancellingAgent(user: TestUser, pid: number): Promise<CancellingAgent> {
  const copy = join(tempDir('agent', true), 'agent.py');
  cpSync(AGENT, copy);
  const { file, args, env } = user.command('/usr/bin/python3', [copy, String(pid)]);
  const child = spawn(file, args, { env, cwd: '/' });
  const close = atExit(() => child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  }
  await waitFor(
    'the agent to be registered',
    () => output,
    (seen) => seen.includes('registered'),
  );
  return {
    get output() {
      return output;
    },
    close,
  };
}

/** pkttyagent in a terminal of its own. */
export async function textAgent(user: TestUser, pid: number): Promise<Pty> {
  // It closes the descriptor when it is registered.
  const agent = `/usr/bin/pkttyagent --notify-fd 3 --process ${pid} 3>&1 >/dev/tty &`;
  const words = ['/bin/sh', '-c', `{ ${agent} } | cat; echo registered; sleep 60`];
  const pty = new Pty((file, args) => user.command(file, args), words);
  await pty.shows(/registered/);
  return pty;
}
