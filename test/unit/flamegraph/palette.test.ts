/**
 * The colours keep what palette.ts promises. Colour vision deficiencies are simulated with the
 * matrices of Machado, Oliveira and Fernandes (2009) for their full severity; differences are
 * distances in CIE Lab.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PALETTE, shade, SHADES, type Theme } from '../../../src/flamegraph/palette';
import { KINDS } from '../../../src/flamegraph/pictureData';

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

const CODE = ['kernel', 'native', 'jit', 'unknown'] as const;
const THEMES: readonly Theme[] = ['light', 'dark'];
const VISION: Readonly<Record<string, Matrix>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function linear(hex: string): Triple {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return [red, green, blue];
}

function times([x, y, z]: Matrix, [red, green, blue]: Triple): Triple {
  const row = ([a, b, c]: Triple): number =>
    Math.min(1, Math.max(0, a * red + b * green + c * blue));
  return [row(x), row(y), row(z)];
}

function lab([red, green, blue]: Triple): Triple {
  const root = (value: number): number =>
    value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116;
  const x = root((0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047);
  const y = root(0.2126729 * red + 0.7151522 * green + 0.072175 * blue);
  const z = root((0.0193339 * red + 0.119192 * green + 0.9503041 * blue) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function contrast(one: string, other: string): number {
  const [a, b] = [one, other].map((hex) => {
    const [red, green, blue] = linear(hex);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
  });
  return Math.max(a ?? 0, b ?? 0) / Math.min(a ?? 1, b ?? 1);
}

for (const theme of THEMES) {
  const { fills, background, text, muted, match, matchText } = PALETTE[theme];

  test(`names can be read on every fill (${theme})`, () => {
    const steps = Array.from({ length: SHADES }, (_, step) => step);
    const shades = KINDS.flatMap((kind) => steps.map((step) => shade(theme, kind, step)));
    for (const fill of [...shades, background]) assert.ok(contrast(text, fill) >= 4.5, fill);
    assert.ok(contrast(muted, background) >= 4.5);
    assert.ok(contrast(matchText, match) >= 4.5);
  });

  for (const [vision, matrix] of Object.entries(VISION)) {
    test(`kinds of code can be told apart (${theme}, ${vision})`, () => {
      const seen = CODE.map((kind) => lab(times(matrix, linear(fills[kind]))));
      seen.forEach((one, i) => {
        for (const other of seen.slice(i + 1)) {
          const difference = Math.hypot(...one.map((value, axis) => value - (other[axis] ?? 0)));
          assert.ok(difference >= 15, `${CODE[i]}: ${difference}`);
        }
      });
    });
  }
}
