/** How the helper of a recording is going to be started. */
import { noPipes, type Failure } from '../failures/failure';
import { helperText, installedState } from './helperText';
import { helperArguments, type CaptureOptions } from '../ticks/options';
import { TerminalHelper, type TerminalCommand } from './terminalHelper';
import { planLaunches, terminalCommand, type Launch } from '../privilege/elevation';
import { readFacts } from '../privilege/facts';
import type { Asker } from '../privilege/ways';

export interface LaunchRequest {
  /** Another bpftrace; ignored unless we are root. */
  readonly bpftrace?: string | undefined;
  /** Who asks for root: the terminal tool if not said. */
  readonly asker?: Asker | undefined;
  /** The editor opens a terminal for the password, and no other way is tried. */
  readonly inTerminal?: boolean | undefined;
}

/** The person has to run this in a terminal: it asks for a password there. */
type ShowTerminal = (command: TerminalCommand) => void;

/** In the order they are to be tried; none when there is no way to root. */
export function chooseLaunches(
  { bpftrace, asker = 'terminal', inTerminal = false }: LaunchRequest,
  capture: CaptureOptions,
  showTerminal: ShowTerminal,
): Launch[] | Failure {
  const facts = readFacts(installedState());
  const text = helperText(facts.uid === 0 ? bpftrace : undefined);
  const call = { text, words: helperArguments(capture) };
  if (!inTerminal || facts.uid === 0) return planLaunches(facts, call, asker);
  const program = terminalCommand(facts, call);
  return program ? terminalLaunches(program, showTerminal) : [];
}

function terminalLaunches(
  program: readonly string[],
  showTerminal: ShowTerminal,
): Launch[] | Failure {
  try {
    const helper = new TerminalHelper();
    const connect = (): TerminalHelper => {
      showTerminal(helper.command(program));
      return helper;
    };
    const nothing = { file: '', arguments: [], environment: {} };
    return [{ way: 'terminal', reason: 'it was asked for', ...nothing, connect }];
  } catch (error) {
    return noPipes((error as Error).message);
  }
}
