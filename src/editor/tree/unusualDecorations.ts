/**
 * Colour and badge of the rows that are unusual now. VS Code decorates what has a resource, so such
 * a row gets one; its id is in it, and nothing else.
 */
import {
  FileDecoration,
  ThemeColor,
  Uri,
  window,
  type Disposable,
  type FileDecorationProvider,
} from 'vscode';
import type { Row } from '../../messages/engineMessages';

const SCHEME = 'stack-count-unusual';

/** A theme's own colour for what deserves a look in a list. */
export const UNUSUAL_COLOUR = 'list.warningForeground';

export function resourceOf({ id, unusual }: Row): Uri | undefined {
  return unusual?.now ? Uri.from({ scheme: SCHEME, path: `/${id}` }) : undefined;
}

const DECORATION = new FileDecoration('!', undefined, new ThemeColor(UNUSUAL_COLOUR));

const provider: FileDecorationProvider = {
  provideFileDecoration: ({ scheme }) => (scheme === SCHEME ? DECORATION : undefined),
};

export function registerUnusualDecorations(): Disposable {
  return window.registerFileDecorationProvider(provider);
}
