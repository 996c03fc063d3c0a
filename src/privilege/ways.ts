/**
 * The ways to root, in the order they are tried, each with the reason why it can or cannot be used
 * here. The next way is tried only if nobody was asked: see mayTryNext in failure.ts.
 */
import type { InstalledState } from './installedHelper';
import type { Elevator, PrivilegeFacts } from './facts';

export type Way = 'direct' | 'installed' | 'pkexec' | 'sudo' | 'terminal';

export interface ConsideredWay {
  readonly way: Way;
  readonly possible: boolean;
  /** A clause for a sentence: `no helper is installed`. */
  readonly reason: string;
}

/** Who asks for root: a terminal can prompt for a password, the editor has to open one. */
export type Asker = 'terminal' | 'editor';

export function considerWays(facts: PrivilegeFacts, asker: Asker): ConsideredWay[] {
  const pkexec = elevator('pkexec', facts.pkexec, facts);
  const sudo = elevator('sudo', facts.sudo, facts);
  const copy = installed(facts.installed, pkexec);
  const all: ConsideredWay[] = [
    facts.uid === 0 ? yes('direct', 'this is root already') : no('direct', 'this is not root'),
    copy,
    pkexec ? no('pkexec', pkexec) : yes('pkexec', textReason(copy)),
    sudo ? no('sudo', sudo) : yes('sudo', sudoReason(facts, asker)),
  ];
  if (asker === 'editor') all.push(inTerminal(pkexec, sudo));
  return facts.uid === 0 ? all.map(notNeeded) : all;
}

/** The reason for pkexec, which tells the log why the installed copy is not used. */
function textReason({ possible, reason }: ConsideredWay): string {
  const text = 'it is given the text of the helper';
  return possible ? text : `${reason}, so ${text}`;
}

function yes(way: Way, reason: string): ConsideredWay {
  return { way, possible: true, reason };
}

function no(way: Way, reason: string): ConsideredWay {
  return { way, possible: false, reason };
}

function notNeeded(way: ConsideredWay): ConsideredWay {
  return way.way === 'direct'
    ? way
    : { ...way, possible: false, reason: 'root needs no other way' };
}

/** Why the program cannot make us root; undefined when it may. */
function elevator(
  name: string,
  found: Elevator | undefined,
  { noNewPrivileges }: PrivilegeFacts,
): string | undefined {
  if (!found) return `${name} is not installed`;
  if (!found.setuid) return `${found.path} is not setuid root`;
  return noNewPrivileges ? 'the kernel lets no process here gain rights (no_new_privs)' : undefined;
}

function installed(state: InstalledState, pkexec: string | undefined): ConsideredWay {
  switch (state.kind) {
    case 'ours':
      return pkexec ? no('installed', pkexec) : yes('installed', 'the installed helper is ours');
    case 'absent':
      return no('installed', 'no helper is installed');
    case 'older':
    case 'newer':
      return no('installed', `the installed helper is ${describeVersion(state)}`);
    case 'untrusted':
      return no('installed', `the installed helper is not trusted: ${state.reason}`);
  }
}

/** `of an older version (0.1.0)`. */
export function describeVersion(state: { kind: 'older' | 'newer'; version: string }): string {
  return /^\d/.test(state.version)
    ? `of ${state.kind === 'older' ? 'an older or changed' : 'a newer'} version (${state.version})`
    : state.version;
}

function sudoReason({ terminal }: PrivilegeFacts, asker: Asker): string {
  return asker === 'terminal' && terminal
    ? 'it asks for a password in this terminal'
    : 'if it needs no password';
}

function inTerminal(pkexec: string | undefined, sudo: string | undefined): ConsideredWay {
  if (!sudo) return yes('terminal', 'sudo asks for a password in a terminal of the editor');
  if (!pkexec) return yes('terminal', 'pkexec asks for a password in a terminal of the editor');
  return no('terminal', 'neither sudo nor pkexec can be used');
}
