/** Chooses processes from a list that shows what each of them uses right now. */
import { window, type QuickPick, type QuickPickItem } from 'vscode';
import { MAX_PIDS } from '../../ticks/options';
import { printable, shorten } from '../../core/printable';
import { listProcesses, withCpuUse, type ProcessInfo } from '../../processes/processList';

interface ProcessItem extends QuickPickItem {
  readonly pid: number;
  readonly name: string;
}

/** Time between the two readings that make a CPU share. */
const MEASURE_MS = 400;

/**
 * @param chosenBefore names of the processes chosen last time: they are ticked again
 * @param own offer this user's processes only
 * @returns undefined when it was dismissed
 */
export async function pickProcesses(
  chosenBefore: readonly string[],
  own = false,
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
  await fill(pick, new Set(chosenBefore), own);
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
      if (count === 0) {
        pick.title = 'Tick at least one process, or press Escape';
        return;
      }
      resolve(pick.selectedItems.map(({ pid, name }) => ({ pid, name })));
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
  });
}

/** Filled once: rows that changed under the pointer would lose a tick that is just being made. */
async function fill(
  pick: QuickPick<ProcessItem>,
  ticked: ReadonlySet<string>,
  own: boolean,
): Promise<void> {
  const before = await listProcesses();
  const started = performance.now();
  await new Promise((resolve) => setTimeout(resolve, MEASURE_MS));
  const now = await listProcesses();
  const seconds = (performance.now() - started) / 1000;
  const items = withCpuUse(now, before, seconds)
    .filter(({ pid }) => pid !== process.pid)
    .filter(({ owner }) => !own || owner === process.getuid?.())
    .map(item);
  pick.items = items;
  pick.selectedItems = items.filter(({ name }) => ticked.has(name));
  pick.busy = false;
}

function item({ pid, name, commandLine, cpuUse }: ProcessInfo): ProcessItem {
  const use = cpuUse === undefined ? '' : `  ${(100 * cpuUse).toFixed(0)} % CPU`;
  const detail = commandLine === '' ? 'kernel thread' : shorten(printable(commandLine), 300);
  return { label: printable(name), description: `${pid}${use}`, detail, pid, name };
}
