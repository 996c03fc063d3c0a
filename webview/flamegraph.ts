/**
 * The page of the flame graph tab. The picture comes as a message and is parsed as XML; its script
 * is loaded from a file of ours.
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
  document.body.replaceChildren(picture);
  runClient();
}

/** The picture's own script, from a file of ours: a parsed one does not run. */
function runClient(): void {
  const run = document.createElement('script');
  run.src = client;
  run.nonce = nonce;
  document.body.append(run);
}

const api = acquireVsCodeApi();
window.addEventListener('message', ({ data }: MessageEvent<{ type: string; svg: string }>) => {
  if (data.type === 'show') show(data.svg);
});
api.postMessage({ type: 'ready' });
