/** Which buttons stand below a failure: those that may fix it. Pure. */
import type { FailureKind } from '../../failures/failure';

export type FailureButton = 'Record in Terminal' | 'Check This Machine' | 'Show Output';

const TERMINAL: readonly FailureButton[] = ['Record in Terminal', 'Check This Machine'];
const CHECK: readonly FailureButton[] = ['Check This Machine', 'Show Output'];
const OUTPUT: readonly FailureButton[] = ['Show Output'];

const BUTTONS: Record<FailureKind, readonly FailureButton[]> = {
  dismissed: [],
  noAgent: TERMINAL,
  noPolkit: TERMINAL,
  pkexecBroken: TERMINAL,
  refusedEnvironment: TERMINAL,
  orphan: TERMINAL,
  sudoPassword: TERMINAL,
  sudoBroken: CHECK,
  wrongPassword: OUTPUT,
  denied: CHECK,
  notStarted: CHECK,
  noWayToRoot: CHECK,
  notInstalled: OUTPUT,
  bpftraceMissing: CHECK,
  bpftraceOld: CHECK,
  bpftraceFailed: CHECK,
  bpftraceDied: OUTPUT,
  noBtf: CHECK,
  noBpf: CHECK,
  machine: CHECK,
  helperDied: OUTPUT,
  usage: OUTPUT,
  replay: OUTPUT,
  command: OUTPUT,
  output: OUTPUT,
};

export function buttonsFor(kind: FailureKind): readonly FailureButton[] {
  return BUTTONS[kind];
}
