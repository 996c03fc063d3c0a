/**
 * What a helper may find when it is started: streams that are closed, full or read by nobody, a
 * folder that is gone, SIGPIPE ignored. A program of its own puts it there, for Node.js cannot.
 */
import type { Random } from '../../support/random';

export interface Surroundings {
  readonly cwd: 'trap' | '/' | '/proc/self' | 'gone';
  readonly stdin: 'ours' | 'closed';
  readonly stdout: Output;
  readonly stderr: Output;
  /** As after a parent that ignores it, which no shell can undo. */
  readonly sigpipe: 'default' | 'ignored';
}

/** Full: a pipe that nobody reads, and that refuses at once (O_NONBLOCK) instead of waiting. */
export type Output = 'ours' | 'closed' | 'full' | 'unread';

export const ORDINARY: Surroundings = {
  cwd: 'trap',
  stdin: 'ours',
  stdout: 'ours',
  stderr: 'ours',
  sigpipe: 'default',
};

export function inventSurroundings(random: Random): Surroundings {
  if (!random.once(3)) return { ...ORDINARY, cwd: random.pick(CWDS) };
  const output = (): Output =>
    random.once(2) ? 'ours' : random.pick(['closed', 'full', 'unread']);
  return {
    cwd: random.pick(CWDS),
    stdin: random.once(6) ? 'closed' : 'ours',
    stdout: output(),
    stderr: output(),
    sigpipe: random.once(2) ? 'ignored' : 'default',
  };
}

const CWDS = ['trap', 'trap', '/', '/proc/self', 'gone'] as const;

/**
 * The helper needs all three streams; without one it ends before it does anything. So does a shell
 * that complains of its folder or language first, where nobody reads.
 */
export function canStart({ stdin, stdout, stderr, sigpipe }: Surroundings): boolean {
  if ([stdin, stdout, stderr].includes('closed')) return false;
  return stderr !== 'unread' || sigpipe === 'ignored';
}

/**
 * Words to put in front of a command: only that gets to see the variables. Python's own handling of
 * signals is undone.
 */
export function within(
  surroundings: Surroundings,
  environment: Readonly<Record<string, string>>,
): string[] {
  return ['/usr/bin/python3', '-Ic', SCRIPT, JSON.stringify({ ...surroundings, environment })];
}

const SCRIPT = `
import json, os, signal, sys
given = json.loads(sys.argv[1])

def output(fd, how):
    if how == 'closed': return os.close(fd)
    if how == 'ours': return
    reader, writer = os.pipe()
    if how == 'full':
        os.set_blocking(writer, False)
        for size in (4096, 1):
            try:
                while True: os.write(writer, b'x' * size)
            except BlockingIOError: pass
    # Nobody reads the one, and the other has no reader any more.
    if how == 'full': os.dup2(reader, 9)
    os.close(reader)
    os.dup2(writer, fd)
    os.close(writer)

if given['cwd'] == 'gone':
    os.mkdir('gone')
    os.chdir('gone')
    os.rmdir('../gone')
elif given['cwd'] != 'trap': os.chdir(given['cwd'])
signal.signal(signal.SIGPIPE, signal.SIG_IGN if given['sigpipe'] == 'ignored' else signal.SIG_DFL)
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
output(1, given['stdout'])
output(2, given['stderr'])
if given['stdin'] == 'closed': os.close(0)
os.execve(sys.argv[2], sys.argv[2:], {**os.environ, **given['environment']})
`;
