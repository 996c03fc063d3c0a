/** Asks for a file of stacks. */
import { Uri, window, workspace } from 'vscode';

export async function askFile(): Promise<string | undefined> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const [file] =
    (await window.showOpenDialog({
      title: 'Open Saved Stacks',
      openLabel: 'Open',
      filters: {
        'Stacks (stack_count.log, stack.bpf, folded)': ['log', 'bpf', 'folded', 'collapsed', 'txt'],
      },
      ...(folder ? { defaultUri: Uri.joinPath(folder, 'stack_count.log') } : {}),
    })) ?? [];
  return file?.fsPath;
}
