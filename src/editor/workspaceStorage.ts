/**
 * Where a window keeps what it wants to find again after a crash or a reload.
 *
 * VS Code's own folder for the workspace is locked by its extension host, and while one that crashed
 * still holds the lock the next one gets another, with `-1` behind the name (`vscode.lock` in
 * src/vs/workbench/api/node/extHostStoragePaths.ts). So it is in the folder of all windows, by the
 * workspace.
 */
import { createHash } from 'node:crypto';
import { Uri, workspace, type ExtensionContext } from 'vscode';

/** Path of the folder; it may not be there yet. */
export function workspaceStorage({ globalStorageUri }: ExtensionContext, name: string): string {
  const { workspaceFile, workspaceFolders } = workspace;
  const opened = workspaceFile ?? workspaceFolders?.[0]?.uri;
  const hash = createHash('sha256').update(opened?.toString() ?? '');
  return Uri.joinPath(globalStorageUri, name, hash.digest('hex').slice(0, 16)).fsPath;
}
