/** Chooses processes from a list that shows what each of them uses right now. */
import { window, type QuickPick, type QuickPickItem } from 'vscode';
import { MAX_PIDS } from '../capture/options';
import { printable, shorten } from '../core/printable';
import { listProcesses, withCpuUse, type ProcessInfo } from '../processes/processList';

interface ProcessItem extends QuickPickItem {
  readonly pid: number;
  readonly name: string;
}

/** Time between the two readings that make a CPU share. */
const MEASURE_MS = 700;

/**
 * @param chosenBefore names of the processes chosen last time: they are ticked again
 * @returns undefined when it was dismissed
 */
export async function pickProcesses(
  chosenBefore: readonly string[],
): Promise<readonly { pid: number; name: string }[] | undefined> {
  const pick = window.createQuickPick<ProcessItem>();
  pick.title = 'Start Stack Count: processes to record';
  pick.placeholder = `Type to filter by name, pid or command line; at most ${MAX_PIDS}`;
  pick.canSelectMany = true;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.busy = true;
  const chosen = accepted(pick);
  pick.show();
  await fill(pick, new Set(chosenBefore));
  return chosen;
}

function accepted(
  pick: QuickPick<ProcessItem>,
): Promise<readonly { pid: number; name: string }[] | undefined> {
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      const count = pick.selectedItems.length;
      if (count > MAX_PIDS) {
        pick.title = `At most ${MAX_PIDS} processes can be chosen, not ${count}`;
        return;
      }
      if (count === 0) return;
      resolve(pick.selectedItems.map(({ pid, name }) => ({ pid, name })));
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
  });
}

/** First the names at once, then, sorted, with the CPU they use. */
async function fill(pick: QuickPick<ProcessItem>, ticked: ReadonlySet<string>): Promise<void> {
  const before = await listProcesses();
  const started = performance.now();
  show(pick, before, (item) => ticked.has(item.name));
  await new Promise((resolve) => setTimeout(resolve, MEASURE_MS));
  const now = await listProcesses();
  const seconds = (performance.now() - started) / 1000;
  const selected = new Set(pick.selectedItems.map(({ pid }) => pid));
  show(pick, withCpuUse(now, before, seconds), (item) => selected.has(item.pid));
  pick.busy = false;
}

function show(
  pick: QuickPick<ProcessItem>,
  processes: readonly ProcessInfo[],
  isSelected: (item: ProcessItem) => boolean,
): void {
  const items = processes.filter(({ pid }) => pid !== process.pid).map(item);
  pick.items = items;
  pick.selectedItems = items.filter(isSelected);
}

function item({ pid, name, commandLine, cpuUse }: ProcessInfo): ProcessItem {
  const use = cpuUse === undefined ? '' : `  ${(100 * cpuUse).toFixed(0)} % CPU`;
  const detail = commandLine === '' ? 'kernel thread' : shorten(printable(commandLine), 300);
  return { label: printable(name), description: `${pid}${use}`, detail, pid, name };
}
