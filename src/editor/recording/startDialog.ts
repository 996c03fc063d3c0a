/**
 * The questions before a recording: which stacks, of which processes, and where the results go if no
 * folder is open. What was answered of stacks and processes is remembered.
 */
import { env, QuickPickItemKind, window, type Memento, type QuickPickItem } from 'vscode';
import { MAX_PIDS } from '../../ticks/options';
import type { StackParts } from '../../ticks/printedStack';
import { pickProcesses } from './processPicker';

export interface StartChoice {
  readonly stacks: StackParts;
  readonly pids: readonly number[] | 'all';
}

interface Remembered {
  readonly stacks: StackParts;
  readonly all: boolean;
  /** Names, because the pids will be others next time. */
  readonly names: readonly string[];
}

const MEMORY = 'startChoice';

interface ChoiceItem extends QuickPickItem {
  readonly stacks?: StackParts;
  readonly all?: boolean;
}

const STACKS: readonly { stacks: StackParts; label: string; detail: string }[] = [
  {
    stacks: 'both',
    label: 'User and kernel stacks',
    detail: 'Joined into one: what the program did, down into the kernel',
  },
  { stacks: 'user', label: 'User stacks', detail: 'What programs did, without the kernel' },
  { stacks: 'kernel', label: 'Kernel stacks', detail: 'What the kernel did, for whom' },
];

/** @returns undefined when it was dismissed */
export async function askWhatToRecord(
  memory: Memento,
  defaultStacks: StackParts,
  ownProcesses: boolean,
): Promise<StartChoice | undefined> {
  const last = memory.get<Remembered>(MEMORY);
  const chosen = await window.showQuickPick(choices(last, defaultStacks), {
    title: 'Start Stack Count',
    placeHolder: 'What to record',
    matchOnDetail: true,
  });
  if (!chosen?.stacks) return undefined;
  const { stacks, all = true } = chosen;
  if (all) {
    await memory.update(MEMORY, { stacks, all, names: last?.names ?? [] });
    return { stacks, pids: 'all' };
  }
  const picked = await pickProcesses(last?.names ?? [], ownProcesses);
  if (!picked) return undefined;
  const names = [...new Set(picked.map(({ name }) => name))];
  await memory.update(MEMORY, { stacks, all, names });
  return { stacks, pids: picked.map(({ pid }) => pid).slice(0, MAX_PIDS) };
}

/** What was chosen last comes first, so that Enter repeats it. */
function choices(last: Remembered | undefined, defaultStacks: StackParts): ChoiceItem[] {
  const first = { stacks: last?.stacks ?? defaultStacks, all: last?.all ?? true };
  const items = [...group(true), ...group(false)];
  const isFirst = (item: ChoiceItem): boolean =>
    item.stacks === first.stacks && item.all === first.all;
  const top = items
    .filter(isFirst)
    .map((item) => ({ ...item, description: last ? 'as last time' : '' }));
  const separator = { label: '', kind: QuickPickItemKind.Separator };
  return [...top, separator, ...items.filter((item) => !isFirst(item))];
}

function group(all: boolean): ChoiceItem[] {
  const of = all ? 'of all processes' : 'of some processes…';
  return STACKS.map(({ stacks, label, detail }) => ({
    stacks,
    all,
    label: `${label} ${of}`,
    detail,
  }));
}

/** '' when the results shall stay in memory, undefined when the question was dismissed. */
export async function askFolder(): Promise<string | undefined> {
  const choose = { label: '$(folder) Choose a folder for the results…' };
  const skip = {
    label: '$(circle-slash) Record without saving',
    detail: 'The stacks stay in the view',
  };
  const answer = await window.showQuickPick([choose, skip], {
    title: 'Start Stack Count',
    placeHolder: `No folder is open in ${env.appName}, so the results have no place yet`,
  });
  if (answer === skip) return '';
  if (answer !== choose) return undefined;
  const [folder] =
    (await window.showOpenDialog({
      canSelectFolders: true,
      canSelectFiles: false,
      openLabel: 'Save Stacks Here',
    })) ?? [];
  return folder?.fsPath;
}
