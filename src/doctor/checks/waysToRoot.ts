/** Checks how recording would become root here, and says why the other ways are not used. */
import type { PrivilegeFacts } from '../../privilege/facts';
import { considerWays, type Asker, type ConsideredWay } from '../../privilege/ways';
import type { Machine } from '../machine';
import { problem, row, type Row } from '../row';

const SUBJECT = {
  id: 'root',
  title: 'Ways to root',
  why: 'Reading the stacks of other processes needs root. Only a short helper gets it.',
};

const WORDS: Record<ConsideredWay['way'], string> = {
  direct: 'as root',
  installed: 'the installed helper, through pkexec',
  pkexec: 'pkexec',
  sudo: 'sudo',
  terminal: 'a terminal of the editor',
};

export interface WaysFound {
  readonly row: Row;
  /** Whether a recording would start without asking for a password. */
  readonly silent: boolean;
}

export function checkWays(machine: Machine, facts: PrivilegeFacts, asker: Asker): WaysFound {
  const ways = considerWays(facts, asker).map((way) => tried(way, machine, facts, asker));
  const chosen = ways.find(({ possible }) => possible);
  const details = ways
    .filter((way) => way !== chosen)
    .map(({ way, possible, reason }) => `${possible ? 'Else' : 'Not'} ${WORDS[way]}: ${reason}.`);
  const silent = chosen?.way === 'direct' || sudoIsSilent(machine, facts);
  if (!chosen) {
    const fix =
      'Install pkexec or sudo (Debian, Ubuntu: apt install pkexec), or run Stack Count as root.';
    return { row: problem(SUBJECT, 3, 'There is none.', { details, fix }), silent: false };
  }
  const finding = `It would use ${WORDS[chosen.way]}: ${chosen.reason}.`;
  return { row: row(SUBJECT, 'ok', finding, { details }), silent };
}

/** Asks polkit and sudo: only that shows whether polkit answers and sudo needs a password. */
function tried(
  way: ConsideredWay,
  machine: Machine,
  facts: PrivilegeFacts,
  asker: Asker,
): ConsideredWay {
  if (!way.possible) return way;
  if (way.way === 'installed' || way.way === 'pkexec') {
    return polkitAnswers(machine)
      ? way
      : { ...way, ...impossible('the polkit service does not answer') };
  }
  if (way.way !== 'sudo') return way;
  if (sudoIsSilent(machine, facts)) return { ...way, reason: 'it needs no password' };
  const asks = asker === 'terminal' && facts.terminal;
  return asks ? way : { ...way, ...impossible('it needs a password') };
}

function impossible(reason: string): Pick<ConsideredWay, 'possible' | 'reason'> {
  return { possible: false, reason };
}

/** Whether polkit answers. pkcheck exits with 0 to 3 for its answers, 127 for none: pkcheck(1). */
function polkitAnswers(machine: Machine): boolean {
  const words = ['--action-id', 'org.freedesktop.policykit.exec', '--process', String(process.pid)];
  const asked = machine.run('/usr/bin/pkcheck', words);
  return asked === undefined || !/Error getting authority|Could not connect/.test(asked.stderr);
}

function sudoIsSilent(machine: Machine, { sudo, uid }: PrivilegeFacts): boolean {
  if (!sudo?.setuid || uid === 0) return false;
  return machine.run(sudo.path, ['--non-interactive', '--', '/bin/true'])?.status === 0;
}
