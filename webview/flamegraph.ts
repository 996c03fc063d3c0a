/**
 * The page of the flame graph tab. The picture comes as a message, is parsed as XML, and takes the
 * place of the whole document, which is what its own script expects; that script is loaded from a
 * file of ours, because a parsed one does not run.
 */

interface Api {
  postMessage(message: unknown): void;
}

declare function acquireVsCodeApi(): Api;

const script = document.currentScript as HTMLScriptElement;
const nonce = script.nonce ?? '';
const client = script.dataset['client'] ?? '';

/** VS Code's theme decides, not that of the desktop. */
function followTheme(styles: string): string {
  const { classList } = document.body;
  const dark = classList.contains('vscode-dark') || classList.contains('vscode-high-contrast');
  const light = classList.contains('vscode-high-contrast-light');
  return styles.replaceAll('(prefers-color-scheme:dark)', dark && !light ? 'all' : 'not all');
}

function show(svg: string): void {
  // The policy holds while it is parsed, too. Text of the recording is escaped: the tag is ours.
  const allowed = svg.replace('<style>', `<style nonce="${nonce}">`);
  const parsed = new DOMParser().parseFromString(allowed, 'image/svg+xml').documentElement;
  if (parsed.localName !== 'svg') throw new Error('the picture is not well-formed');
  const picture = document.importNode(parsed, true);
  for (const old of picture.querySelectorAll('script')) old.remove();
  for (const style of picture.querySelectorAll('style')) {
    style.nonce = nonce;
    style.textContent = followTheme(style.textContent ?? '');
  }
  const run = document.createElementNS('http://www.w3.org/2000/svg', 'script');
  run.setAttribute('href', client);
  run.setAttribute('nonce', nonce);
  document.documentElement.replaceWith(picture);
  picture.append(run);
}

const api = acquireVsCodeApi();
window.addEventListener('message', ({ data }: MessageEvent<{ type: string; svg: string }>) => {
  if (data.type === 'show') show(data.svg);
});
api.postMessage({ type: 'ready' });
