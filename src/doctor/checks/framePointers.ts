/** Checks whether the stacks of what runs here reach main or break off. */
import { printable } from '../../core/printable';
import { problem, row, type ProblemCode, type Row } from '../row';
import type { ProbedProcess, ProbeResult } from '../probe';

const SUBJECT = {
  id: 'frame-pointers',
  title: 'Frame pointers',
  why: 'bpftrace walks a stack by its frame pointers. Code built without them gives stacks that are short, or wrong in the middle.',
};
const FIX =
  'Build with -fno-omit-frame-pointer (gcc, clang), -C force-frame-pointers=yes (rustc), or run with -XX:+PreserveFramePointer (Java). Ubuntu 24.04 and Fedora 38 build their packages that way.';
const SHOWN = 5;
/** Samples a program needs before its stacks say anything about it. */
const ENOUGH = 10;
const WORRYING = 0.3;

export function framePointerRow(probed: ProbeResult | undefined): Row {
  if (!probed) {
    return row(SUBJECT, 'unknown', 'Not probed: that would ask for a password.', {
      fix: 'stack-count doctor --probe records user stacks for two seconds.',
    });
  }
  if ('problem' in probed) return notRecorded(probed);
  const told = probed.processes.filter(({ samples }) => samples >= ENOUGH);
  if (told.length === 0) {
    return row(SUBJECT, 'unknown', 'No process ran long enough within two seconds to tell.', {
      fix: 'Look again while the program is busy: stack-count doctor --pid PID.',
    });
  }
  const bad = told.filter(({ samples, short }) => short / samples >= WORRYING);
  const details = told.slice(0, SHOWN).map(describe);
  if (bad.length === 0) return row(SUBJECT, 'ok', 'Stacks are complete.', { details });
  const names = bad.slice(0, SHOWN).map(({ name, pid }) => `${printable(name)} (${pid})`);
  const finding = `Stacks break off in ${names.join(', ')}.`;
  return row(SUBJECT, 'warning', finding, { details, fix: FIX });
}

/** A recording that fails matters more than how deep its stacks are. */
function notRecorded({ problem: text, failure }: Extract<ProbeResult, { problem: string }>): Row {
  const code = failure?.exitCode ?? 5;
  if (failure?.kind === 'dismissed') return row(SUBJECT, 'unknown', text);
  return problem(SUBJECT, (code >= 3 ? code : 5) as ProblemCode, `Recording failed: ${text}`);
}

function describe({ name, pid, samples, short }: ProbedProcess): string {
  const share = Math.round((100 * short) / samples);
  return `${printable(name)} (${pid}): ${share} % of ${samples} stacks are shorter than 3 frames.`;
}
