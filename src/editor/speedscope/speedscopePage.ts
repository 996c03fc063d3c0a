/** The page of a speedscope tab: nothing but ours, and speedscope's own files as they are. */
import { randomBytes } from 'node:crypto';
import { Uri, type Webview } from 'vscode';

export function speedscopePage(webview: Webview, dist: Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const uri = (...path: string[]): string =>
    webview.asWebviewUri(Uri.joinPath(dist, ...path)).toString();
  const policy = [
    `default-src 'none'`,
    // The demangler of speedscope is WebAssembly.
    `script-src 'nonce-${nonce}' 'wasm-unsafe-eval'`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
    `connect-src ${webview.cspSource}`,
  ].join('; ');
  // speedscope writes its styles into the element marked data-aphrodite if there is one.
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>speedscope</title>
<link rel="stylesheet" href="${uri('speedscope', 'speedscope.css')}">
<style nonce="${nonce}" data-aphrodite></style>
<style nonce="${nonce}">${NOTE_STYLE}</style>
</head>
<body>
<script nonce="${nonce}" src="${uri('webview', 'speedscope.js')}" data-speedscope="${uri('speedscope', 'speedscope.js')}"></script>
</body>
</html>`;
}

const NOTE_STYLE = `
main { max-width: 40em; margin: 3em auto; padding: 0 1em;
  font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); line-height: 1.5 }
main p { margin-bottom: 1em }
main button { padding: 6px 14px; border: 1px solid var(--vscode-button-border, transparent);
  color: var(--vscode-button-foreground); background: var(--vscode-button-background);
  font: inherit; cursor: pointer }
main button:hover { background: var(--vscode-button-hoverBackground) }
main button:focus { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px }`;
