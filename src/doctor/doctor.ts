/** Checks everything that recording on this machine depends on. A check that throws becomes a row. */
import { helperText } from '../helper/helperText';
import { DEFAULT_CAPTURE, helperArguments } from '../ticks/options';
import { readFacts, type PrivilegeFacts } from '../privilege/facts';
import type { InstalledState } from '../privilege/installedHelper';
import { planLaunches } from '../privilege/elevation';
import type { Asker } from '../privilege/ways';
import { checkBpftrace } from './checks/bpftrace';
import { checkDebugSymbols } from './checks/debugSymbols';
import { framePointerRow } from './checks/framePointers';
import { checkBpf, checkBtf, checkKernel, checkKernelSymbols } from './checks/kernel';
import { checkParanoid, checkSampleRate } from './checks/perfEvents';
import { checkContainer, checkPidNamespace, checkTracefs } from './checks/surroundings';
import { checkWays } from './checks/waysToRoot';
import type { Machine } from './machine';
import { probeStacks, type ProbeResult } from './probe';
import { exitCodeOf, row, type ProblemCode, type Row } from './row';

export interface DoctorOptions {
  readonly pids: readonly number[] | 'all';
  /** Record for two seconds even if that asks for a password. */
  readonly probe: boolean;
  readonly asker: Asker;
  readonly installed: InstalledState;
}

export interface Report {
  readonly version: 1;
  readonly exitCode: 0 | ProblemCode;
  readonly rows: readonly Row[];
}

const CHECKS: readonly ((machine: Machine) => Row)[] = [
  checkBpftrace,
  checkKernel,
  checkBtf,
  checkBpf,
  checkKernelSymbols,
  checkTracefs,
  checkParanoid,
  checkSampleRate,
  checkContainer,
  checkPidNamespace,
];

export async function examine(machine: Machine, options: DoctorOptions): Promise<Report> {
  const facts = readFacts(options.installed);
  const ways = safely(
    () => checkWays(machine, facts, options.asker),
    (text) => ({
      row: unfinished('root', text),
      silent: false,
    }),
  );
  const rows = CHECKS.map((check) =>
    safely(
      () => check(machine),
      (text) => unfinished(check.name, text),
    ),
  );
  rows.splice(1, 0, ways.row);
  const mayProbe = exitCodeOf(rows) === 0 && (options.probe || ways.silent);
  const probed = mayProbe ? await probe(facts, options, ways.silent) : undefined;
  rows.push(framePointerRow(probed));
  rows.push(
    safely(
      () => checkDebugSymbols(lookedAt(options, probed)),
      (text) => unfinished('debug-symbols', text),
    ),
  );
  return { version: 1, exitCode: exitCodeOf(rows), rows };
}

/** One failing check must not hide the rows of the others. */
function safely<T>(check: () => T, otherwise: (text: string) => T): T {
  try {
    return check();
  } catch (error) {
    return otherwise(error instanceof Error ? error.message : String(error));
  }
}

function unfinished(id: string, text: string): Row {
  const subject = { id, title: id, why: 'This check did not finish.' };
  return row(subject, 'unknown', `${text}.`, { fix: 'Please report this text.' });
}

/** @param silent whether root needs no password; then only such ways are tried */
async function probe(
  facts: PrivilegeFacts,
  { pids, asker }: DoctorOptions,
  silent: boolean,
): Promise<ProbeResult | undefined> {
  const capture = { ...DEFAULT_CAPTURE, stacks: 'user', pids } as const;
  const call = { text: helperText(), words: helperArguments(capture) };
  const launches = planLaunches(facts, call, asker);
  const asksNobody = launches.filter(({ way }) => way === 'direct' || way === 'sudo');
  const chosen = silent ? asksNobody : launches;
  return chosen.length > 0 ? probeStacks(chosen) : undefined;
}

const BUSIEST = 5;

/** The processes whose symbols are checked: the chosen ones, else the busiest of the probe, else our own. */
function lookedAt({ pids }: DoctorOptions, probed: ProbeResult | undefined): readonly number[] {
  if (pids !== 'all') return pids;
  const busiest = probed && 'processes' in probed ? probed.processes.slice(0, BUSIEST) : [];
  return busiest.length > 0 ? busiest.map(({ pid }) => pid) : [process.pid];
}
