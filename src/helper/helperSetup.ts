/** Installs and removes the copy of the helper that root keeps, and reads back what is there. */
import { failureText, type Failure } from '../failures/failure';
import { installedState, installerCall } from './helperText';
import { runOnce } from './runOnce';
import { planOnce } from '../privilege/elevation';
import { readFacts } from '../privilege/facts';
import { HELPER_PATH, type InstalledState } from '../privilege/installedHelper';
import { describeVersion, type Asker } from '../privilege/ways';

type Note = (text: string) => void;

/** What came of it. */
export interface HelperOutcome {
  readonly state: InstalledState;
  /** One sentence for people. */
  readonly text: string;
  readonly failure?: Failure;
}

export function tellHelper(state: InstalledState = installedState()): HelperOutcome {
  switch (state.kind) {
    case 'ours':
      return { state, text: `${HELPER_PATH} is installed and ours to the last byte.` };
    case 'absent':
      return { state, text: 'No helper is installed.' };
    case 'untrusted':
      return { state, text: `The installed helper is not used: ${state.reason}.` };
    default:
      return { state, text: `The installed helper is ${describeVersion(state)}: not used.` };
  }
}

/** @param note told which way to root is tried, and why */
export async function installHelper(asker: Asker, note: Note): Promise<HelperOutcome> {
  const before = installedState();
  if (before.kind === 'ours') return tellHelper(before);
  if (before.kind === 'newer') {
    const { text } = tellHelper(before);
    return { state: before, text: `${text} Uninstall it first to replace it.` };
  }
  const failure = await asRoot('install', asker, note);
  const state = installedState();
  if (failure) return { state, failure, text: failureText(failure) };
  return state.kind === 'ours' ? tellHelper(state) : notThere(state);
}

export async function uninstallHelper(asker: Asker, note: Note): Promise<HelperOutcome> {
  const before = installedState();
  if (before.kind === 'absent') return tellHelper(before);
  const failure = await asRoot('uninstall', asker, note);
  const state = installedState();
  if (failure) return { state, failure, text: failureText(failure) };
  return state.kind === 'absent' ? { state, text: 'The helper was removed.' } : notThere(state);
}

async function asRoot(
  task: 'install' | 'uninstall',
  asker: Asker,
  note: Note,
): Promise<Failure | undefined> {
  const facts = readFacts(installedState());
  const launches = planOnce(facts, installerCall(task), 'stack-count-install', asker);
  const { failure } = await runOnce(launches, facts.uid === 0 ? () => {} : note);
  return failure;
}

/** The program said that it did it, and what is there says otherwise. */
function notThere(state: InstalledState): HelperOutcome {
  const problem = `That did not work: ${tellHelper(state).text}`;
  const failure = { kind: 'notInstalled', exitCode: 3, problem, advice: '' } as const;
  return { state, failure, text: problem };
}
