/**
 * What VS Code puts into a webview, for a page that runs in a plain browser: its API, and the
 * classes and the variables of a theme.
 */

/** As VS Code sets them on the body and the root of a webview. */
export const THEMES = {
  'vscode-light': { foreground: '#3b3b3b', background: '#ffffff', muted: '#3b3b3b', field: '#fff' },
  'vscode-dark': {
    foreground: '#cccccc',
    background: '#1f1f1f',
    muted: '#9d9d9d',
    field: '#313131',
  },
  'vscode-high-contrast': { foreground: '#fff', background: '#000', muted: '#fff', field: '#000' },
} as const;
export type ThemeClass = keyof typeof THEMES;

interface Fake {
  readonly theme: ThemeClass;
  readonly colours: (typeof THEMES)[ThemeClass];
  readonly state: unknown;
}

/**
 * The page's messages go to a global function `posted`. Playwright sends this function into the
 * page as text, so it uses nothing of this module.
 */
export function fakeApi({ theme, colours, state }: Fake): void {
  interface Style {
    setProperty(name: string, value: string): void;
  }
  const scope = globalThis as unknown as {
    posted(message: unknown): void;
    acquireVsCodeApi: unknown;
    document: {
      body: { className: string } | null;
      documentElement: { style: Style };
      addEventListener(name: string, run: () => void): void;
    };
    MutationObserver: new (run: () => void) => { observe(target: unknown, what: object): void };
  };
  let kept: unknown = state;
  scope.acquireVsCodeApi = () => ({
    postMessage: (message: unknown) => scope.posted(message),
    getState: () => kept,
    setState: (next: unknown) => (kept = next),
  });
  const { document } = scope;
  const variables: Record<string, string> = {
    '--vscode-foreground': colours.foreground,
    '--vscode-editor-background': colours.background,
    '--vscode-descriptionForeground': colours.muted,
    '--vscode-font-family': 'sans-serif',
    '--vscode-font-size': '13px',
    '--vscode-editor-font-family': 'monospace',
    '--vscode-focusBorder': '#0078d4',
    '--vscode-dropdown-foreground': colours.foreground,
    '--vscode-dropdown-background': colours.field,
    '--vscode-input-foreground': colours.foreground,
    '--vscode-input-background': colours.field,
    '--vscode-checkbox-foreground': colours.foreground,
    '--vscode-checkbox-background': colours.field,
    '--vscode-checkbox-border': colours.muted,
    '--vscode-button-foreground': '#ffffff',
    '--vscode-button-background': theme === 'vscode-high-contrast' ? '#000' : '#005fb8',
    '--vscode-button-secondaryForeground': colours.foreground,
    '--vscode-button-secondaryBackground': colours.field,
    '--vscode-textLink-foreground': theme === 'vscode-light' ? '#005fb8' : '#4daafc',
  };
  const dress = (): void => {
    if (!document.body || document.body.className === theme) return;
    document.body.className = theme;
    for (const [name, value] of Object.entries(variables)) {
      document.documentElement.style.setProperty(name, value);
    }
  };
  new scope.MutationObserver(dress).observe(document, { childList: true, subtree: true });
}
