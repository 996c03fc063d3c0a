/**
 * The colours of a flame graph: where code comes from is told by hue (kernel orange, native blue,
 * JIT green, unknown grey), in the light and in the dark. The four stay apart for people with any
 * of the three colour vision deficiencies, and names are readable on all of them; a test holds
 * both. Neighbours differ a little in shade, so that rows of one kind do not run together.
 */
import type { RectangleKind } from './wording';

export type Theme = 'light' | 'dark';

/** Kinds that come in shades; the others have one. */
export const SHADED: ReadonlySet<RectangleKind> = new Set(['kernel', 'native', 'jit', 'unknown']);
export const SHADES = 3;

interface Colours {
  readonly background: string;
  readonly text: string;
  /** Less important text. */
  readonly muted: string;
  /** Bars, borders and fields. */
  readonly line: string;
  readonly field: string;
  /** Outline of the rectangle that the keyboard is on. */
  readonly focus: string;
  /** Outline of what is unusual. */
  readonly mark: string;
  readonly match: string;
  readonly matchText: string;
  readonly fills: Readonly<Record<RectangleKind, string>>;
}

export const PALETTE: Readonly<Record<Theme, Colours>> = {
  light: {
    background: '#ffffff',
    text: '#1b1f24',
    muted: '#59636e',
    line: '#d1d9e0',
    field: '#f6f8fa',
    focus: '#1b1f24',
    mark: '#cf222e',
    match: '#ffdf3d',
    matchText: '#1b1f24',
    fills: {
      root: '#dfe5ec',
      process: '#e8ecf1',
      thread: '#f0f3f6',
      kernel: '#eea863',
      native: '#8eadeb',
      jit: '#53c69c',
      unknown: '#d6dade',
      other: '#f3f4f6',
    },
  },
  dark: {
    background: '#15181c',
    text: '#f0f3f6',
    muted: '#9aa5b1',
    line: '#343b44',
    field: '#1e2329',
    focus: '#ffffff',
    mark: '#ff7b72',
    match: '#ffdf3d',
    matchText: '#1b1f24',
    fills: {
      root: '#353d47',
      process: '#2c333b',
      thread: '#242a31',
      kernel: '#9e5b2e',
      native: '#386db2',
      jit: '#1f5a40',
      unknown: '#596069',
      other: '#1e2329',
    },
  },
};

/** A little of the background in it, for each further shade. */
export function shade(theme: Theme, kind: RectangleKind, step: number): string {
  const { fills, background } = PALETTE[theme];
  const [fill, ground] = [channels(fills[kind]), channels(background)];
  const mixed = fill.map((value, i) => Math.round(value + ((ground[i] ?? 0) - value) * 0.1 * step));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

function channels(hex: string): number[] {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/** The class of a rectangle; the same name has the same shade in every picture. */
export function fillClass(kind: RectangleKind, name: string): string {
  return SHADED.has(kind) ? `${kind}${stepOf(name)}` : kind;
}

/** The colour of a rectangle, where there are no classes. */
export function fillColour(theme: Theme, kind: RectangleKind, name: string): string {
  return shade(theme, kind, SHADED.has(kind) ? stepOf(name) : 0);
}

function stepOf(name: string): number {
  let sum = 0;
  for (let i = 0; i < name.length; i++) sum = (sum * 31 + name.charCodeAt(i)) & 0xffff;
  return sum % SHADES;
}
