/** Colours of the picture: the palette's hues on the theme's ground. */
import { fillColour, PALETTE, type Theme } from '../../src/flamegraph/palette';
import type { RectangleKind } from '../../src/flamegraph/wording';

export interface Look {
  readonly theme: Theme;
  readonly font: string;
  readonly ground: string;
  readonly text: string;
  readonly focus: string;
  readonly mark: string;
  readonly match: string;
  readonly matchText: string;
  readonly line: string;
  /** High contrast: every rectangle has an outline of this colour. */
  readonly outline: string | undefined;
  fill(kind: RectangleKind, name: string): string;
}

export const FONT_PIXELS = 11;

/** VS Code says on the body which kind of theme it has, and in variables its colours. */
export function currentLook(): Look {
  const { classList } = document.body;
  const light =
    classList.contains('vscode-light') || classList.contains('vscode-high-contrast-light');
  const highContrast = [...classList].some((name) => name.startsWith('vscode-high-contrast'));
  const theme = light ? 'light' : 'dark';
  const palette = PALETTE[theme];
  const variable = variables();
  return {
    theme,
    font: `${FONT_PIXELS}px ${variable('--vscode-editor-font-family') || 'monospace'}`,
    ground: variable('--vscode-editor-background') || palette.background,
    text: highContrast ? (light ? '#000000' : '#ffffff') : palette.text,
    focus: variable('--vscode-focusBorder') || palette.focus,
    mark: variable('--vscode-charts-red') || palette.mark,
    match: palette.match,
    matchText: palette.matchText,
    line: palette.line,
    outline: highContrast ? variable('--vscode-contrastBorder') || palette.text : undefined,
    fill: (kind, name) => fillColour(theme, kind, name),
  };
}

function variables(): (name: string) => string {
  const style = getComputedStyle(document.body);
  return (name) => style.getPropertyValue(name).trim();
}

/** Calls back when the theme has changed. */
export function onThemeChange(changed: () => void): void {
  const attributeFilter = ['class', 'data-vscode-theme-id'];
  new MutationObserver(changed).observe(document.body, { attributes: true, attributeFilter });
}
