/**
 * speedscope asks the browser whether the desktop is dark, and listens for a change. Here VS Code
 * answers: by the class of the body, which it keeps up to date.
 */

const DARK = '(prefers-color-scheme: dark)';
/** Where speedscope keeps a choice of its own, made by its button; VS Code's theme goes before. */
const OWN_CHOICE = 'speedscope-color-scheme';

class VsCodeIsDark extends EventTarget {
  #last = this.matches;

  get matches(): boolean {
    const { classList } = document.body;
    if (classList.contains('vscode-high-contrast-light')) return false;
    return classList.contains('vscode-dark') || classList.contains('vscode-high-contrast');
  }

  readonly look = (): void => {
    const { matches } = this;
    if (matches === this.#last) return;
    this.#last = matches;
    this.dispatchEvent(new MediaQueryListEvent('change', { matches, media: DARK }));
  };
}

export function followTheme(): void {
  window.localStorage.removeItem(OWN_CHOICE);
  const isDark = new VsCodeIsDark();
  const options = { attributes: true, attributeFilter: ['class'] };
  new MutationObserver(isDark.look).observe(document.body, options);
  const ask = window.matchMedia.bind(window);
  window.matchMedia = (query) =>
    query === DARK ? (isDark as unknown as MediaQueryList) : ask(query);
}
