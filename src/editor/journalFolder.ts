/** Where the journals of a window's recordings are: with its folder, so that it finds them again. */
import { Uri, type ExtensionContext } from 'vscode';

export function journalFolder({ storageUri, globalStorageUri }: ExtensionContext): string {
  return Uri.joinPath(storageUri ?? globalStorageUri, 'journals').fsPath;
}
