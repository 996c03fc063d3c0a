/** Looks a function of a recording up among the workspace's symbols, and opens it. */
import {
  commands,
  Range,
  SymbolKind,
  Uri,
  window,
  workspace,
  type SymbolInformation,
} from 'vscode';
import { printable, shorten } from '../../core/printable';
import { bareFunctionName } from '../../flamegraph/functionName';
import { announceProblem } from '../notifications';

const KINDS = new Set([
  SymbolKind.Function,
  SymbolKind.Method,
  SymbolKind.Constructor,
  SymbolKind.Operator,
  SymbolKind.Variable,
  SymbolKind.Constant,
]);

export async function goToFunction(name: string): Promise<void> {
  const bare = bareFunctionName(name);
  const found = await window.withProgress({ location: { viewId: 'stackCount.processes' } }, () =>
    symbolsNamed(bare),
  );
  const symbol = found.length > 1 ? await choose(found, bare) : found[0];
  if (symbol) return open(symbol);
  if (found.length === 0) announceProblem(nothingFound(bare));
}

async function symbolsNamed(name: string): Promise<SymbolInformation[]> {
  const all =
    (await commands.executeCommand<SymbolInformation[] | undefined>(
      'vscode.executeWorkspaceSymbolProvider',
      name,
    )) ?? [];
  // Languages add parameters to the name: `leaf(int)`.
  const named = all.filter((symbol) => bareFunctionName(symbol.name) === name);
  const functions = named.filter(({ kind }) => KINDS.has(kind));
  return functions.length > 0 ? functions : named;
}

async function choose(
  symbols: readonly SymbolInformation[],
  name: string,
): Promise<SymbolInformation | undefined> {
  const items = symbols.map((symbol) => ({
    label: symbol.name,
    description: symbol.containerName,
    detail: `${workspace.asRelativePath(symbol.location.uri)}:${symbol.location.range.start.line + 1}`,
    symbol,
  }));
  const title = `Functions Named ${printable(shorten(name, 60))}`;
  return (await window.showQuickPick(items, { title, matchOnDetail: true }))?.symbol;
}

async function open({ location }: SymbolInformation): Promise<void> {
  const uri = Uri.from(location.uri);
  // The place alone, as VS Code does: the range may be the whole body.
  const { start } = location.range;
  await window.showTextDocument(uri, { selection: new Range(start, start), preview: true });
}

function nothingFound(name: string): string {
  const shown = shorten(name, 80);
  return `No symbol of this workspace is called ${shown}. It needs an extension for the language, and the source opened here.`;
}
