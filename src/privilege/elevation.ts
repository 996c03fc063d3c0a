/**
 * How the helper is started as root: a program and its arguments for each possible way, in order.
 * Without an installed copy the helper's text is passed as an argument, so that no file can be
 * swapped between the password prompt and the start.
 */
import type { PrivilegeFacts } from './facts';
import type { HelperProcess } from './helperProcess';
import { HELPER_PATH } from './installedHelper';
import { considerWays, type Asker, type ConsideredWay, type Way } from './ways';

export type { Way } from './ways';

/** One way to start a helper: a program, its arguments and its whole environment. */
export interface Launch {
  readonly way: Way;
  /** Why this way, half a sentence for the log. */
  readonly reason: string;
  readonly file: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Connects to a helper started elsewhere; used instead of starting the program. */
  readonly connect?: () => HelperProcess;
}

/** The name that ps and polkit's dialog show after the text. */
const HELPER_NAME = 'stack-count-helper';

/**
 * The only variables passed on: pkexec refuses odd values of SHELL, LANG or TERM. The C locale keeps
 * its messages in the language we parse.
 */
const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C', LC_ALL: 'C' };

const SUDO_PROMPT = '--prompt=Stack Count reads call stacks as root. Password for %p: ';

export interface HelperCall {
  /** The helper's own text. */
  readonly text: string;
  readonly words: readonly string[];
}

/** The launches to try, in order; none when there is no way to root here. */
export function planLaunches(facts: PrivilegeFacts, call: HelperCall, asker: Asker): Launch[] {
  const isInstalled = possibleWays(facts, asker).some(({ way }) => way === 'installed');
  const instead = isInstalled ? 'pkexec' : 'installed';
  return launches(facts, helperProgram(facts, call), asker).filter(({ way }) => way !== instead);
}

/** The launches of another program of ours, passed as text and run once. */
export function planOnce(
  facts: PrivilegeFacts,
  { text, words }: HelperCall,
  name: string,
  asker: Asker,
): Launch[] {
  const program = ['/bin/sh', '-c', text, name, ...words];
  return launches(facts, program, asker).filter(({ way }) => way !== 'installed');
}

function possibleWays(facts: PrivilegeFacts, asker: Asker): ConsideredWay[] {
  return considerWays(facts, asker).filter(({ possible, way }) => possible && way !== 'terminal');
}

function launches(facts: PrivilegeFacts, program: string[], asker: Asker): Launch[] {
  return possibleWays(facts, asker).map(({ way, reason }) => ({
    way,
    reason,
    ...command(way, facts, program, asker),
  }));
}

/**
 * The command for a terminal of the editor, which asks for the password there and nowhere else.
 * sudo comes before pkexec, whose text agent is older on many machines.
 */
export function terminalCommand(facts: PrivilegeFacts, call: HelperCall): string[] | undefined {
  const possible = considerWays(facts, 'editor').some(
    (each) => each.way === 'terminal' && each.possible,
  );
  if (!possible) return undefined;
  const program = helperProgram(facts, call);
  if (!facts.sudo?.setuid) return [facts.pkexec?.path ?? '', ...program];
  return [facts.sudo.path, SUDO_PROMPT, '--', ...program];
}

/** The installed copy if it is ours, else a shell that is given the text. */
function helperProgram({ installed, uid }: PrivilegeFacts, { text, words }: HelperCall): string[] {
  if (installed.kind === 'ours' && uid !== 0) return [HELPER_PATH, ...words];
  return ['/bin/sh', '-c', text, HELPER_NAME, ...words];
}

type Command = Pick<Launch, 'file' | 'arguments' | 'environment'>;

function command(way: Way, facts: PrivilegeFacts, program: string[], asker: Asker): Command {
  const [first = '', ...rest] = program;
  switch (way) {
    case 'sudo': {
      const asks = asker === 'terminal' && facts.terminal ? SUDO_PROMPT : '--non-interactive';
      return plain(facts.sudo?.path ?? '', [asks, '--', ...program]);
    }
    case 'installed':
    case 'pkexec':
      return plain(facts.pkexec?.path ?? '', [...agent(asker), ...program]);
    default:
      return { file: first, arguments: rest, environment: { ...ENVIRONMENT, ...caller() } };
  }
}

function plain(file: string, words: readonly string[]): Command {
  return { file, arguments: words, environment: ENVIRONMENT };
}

/** Keeps pkexec from asking in the terminal that started the editor: nobody may be watching it. */
function agent(asker: Asker): string[] {
  return asker === 'editor' ? ['--disable-internal-agent'] : [];
}

/** The user who asked for root, for a helper that records only that user's processes. */
function caller(): Record<string, string> {
  const { SUDO_UID, PKEXEC_UID } = process.env;
  const uid = SUDO_UID ?? PKEXEC_UID ?? '';
  return /^\d{1,10}$/.test(uid) ? { SUDO_UID: uid } : {};
}
