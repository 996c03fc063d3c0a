/**
 * What speedscope does as a page of its own, and must not do in an editor: save by a download,
 * open whatever is pasted or dropped in place of the recording, browse for files by itself.
 * Ctrl+F is left to it: VS Code has no search of its own here.
 */
import type { FromSpeedscopePage } from '../../src/messages/speedscopeMessages';

type Say = (message: FromSpeedscopePage) => void;

export function applyHostRestrictions(say: Say): void {
  handleKeys(say);
  stopPaste();
  stopDrops();
  handleClicks(say);
  answerForNode();
}

/** Before speedscope sees them; also in its search box, where the browser would act on them. */
function handleKeys(say: Say): void {
  const types = { s: 'save', o: 'open' } as const;
  const listener = (event: KeyboardEvent): void => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const type = types[event.key.toLowerCase() as keyof typeof types];
    if (!type) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    say({ type });
  };
  window.addEventListener('keydown', listener, true);
}

/** Into the search box it goes on, as the browser does it. */
function stopPaste(): void {
  window.addEventListener('paste', (event) => event.stopImmediatePropagation(), true);
}

/** Ours are made by a script. */
function stopDrops(): void {
  for (const type of ['dragenter', 'dragover', 'dragleave', 'drop']) {
    const stop = (event: Event): void => {
      if (event.isTrusted) event.stopImmediatePropagation();
    };
    window.addEventListener(type, stop, true);
  }
}

/** Export clicks a link to be downloaded, Import an input for files that is not in the page. */
function handleClicks(say: Say): void {
  const click = HTMLElement.prototype.click;
  HTMLElement.prototype.click = function (): void {
    if (this instanceof HTMLAnchorElement && this.download !== '') say({ type: 'save' });
    else if (this instanceof HTMLInputElement && this.type === 'file') say({ type: 'import' });
    else click.call(this);
  };
}

/** protobufjs tries `eval("require")` where there might be Node, and the policy would report it. */
function answerForNode(): void {
  const { eval: evaluate } = window;
  window.eval = (text: string) => (text === 'require' ? () => null : evaluate(text));
}
