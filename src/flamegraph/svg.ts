/**
 * `stack.svg`: a flame graph in one file that needs nothing else. An image viewer shows it whole;
 * in a browser the script inside adds zoom, search, keyboard and details. It is an icicle by
 * default: processes, the level people look at first, stand right below the title, and a deep
 * stack does not push its root out of the window.
 */
import { ROOT, type CallTree } from '../core/callTree';
import { layOut, MAX_RECTANGLES, type Layout, type Orientation } from './layout';
import { element, type Markup } from './markup';
import {
  COLUMN_WIDTH,
  columnsIn,
  CORNER,
  GAP,
  MARGIN,
  NAME_BASELINE,
  NAME_INSET,
  ROW_HEIGHT,
  visibleWidth,
} from './metrics';
import { fillClass } from './palette';
import { encodePicture, functionAt, KINDS, type PictureData } from './pictureData';
import { styleSheet } from './style';
import { HEADER_HEIGHT, svgHeader } from './svgHeader';
import { svgScript } from './svgScript';
import {
  describeRecording,
  labelOf,
  LEVELS,
  pictureTitle,
  type PictureInfo,
  type RectangleKind,
} from './wording';

export interface SvgOptions {
  readonly info: PictureInfo;
  readonly orientation?: Orientation;
}

export const MAX_SVG_BYTES = 1_000_000;

/** Pixels, in image viewers; in a browser it is as wide as the window. */
const WIDTH = 1200;
const LONGEST_NAME = 400;

/** Never larger than `MAX_SVG_BYTES`: hostile names cost length first, then rectangles. */
export function renderSvg(tree: CallTree, options: SvgOptions): string {
  let [nameLength, maxRectangles] = [LONGEST_NAME, MAX_RECTANGLES];
  for (;;) {
    const svg = render(tree, options, { nameLength, maxRectangles });
    if (new TextEncoder().encode(svg).length <= MAX_SVG_BYTES) return svg;
    nameLength = Math.max(40, Math.floor(nameLength / 2));
    maxRectangles = Math.floor(maxRectangles * 0.8);
  }
}

interface Bounds {
  readonly nameLength: number;
  readonly maxRectangles: number;
}

function render(tree: CallTree, options: SvgOptions, bounds: Bounds): string {
  const { info, orientation = 'icicle' } = options;
  const { maxRectangles, nameLength } = bounds;
  const layout = layOut(tree, { width: WIDTH - 2 * MARGIN, orientation, maxRectangles });
  const data = encodePicture(tree, layout, orientation, nameLength);
  const height = HEADER_HEIGHT + layout.rows * ROW_HEIGHT + MARGIN;
  const svg = element(
    'svg',
    rootAttributes(height),
    ...about(info, tree.total(ROOT)),
    element('style', {}, styleSheet()),
    hatch(),
    element('rect', { class: 'ground', width: '100%', height: '100%' }),
    ...graph(layout, data),
    svgHeader(tree, info, orientation, WIDTH),
    element('metadata', { id: 'data' }, JSON.stringify(data)),
    element('script', {}, svgScript),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${String(svg)}\n`;
}

function rootAttributes(height: number): Record<string, string | number> {
  return {
    xmlns: 'http://www.w3.org/2000/svg',
    width: WIDTH,
    height,
    viewBox: `0 0 ${WIDTH} ${height}`,
    role: 'graphics-document document',
    'aria-labelledby': 'title about',
  };
}

function about(info: PictureInfo, samples: number): Markup[] {
  const title = `${pictureTitle(info)} · flame graph`;
  return [
    element('title', { id: 'title' }, title),
    element('desc', { id: 'about' }, describeRecording(info, samples)),
  ];
}

/** What is too small to draw looks like no function. */
function hatch(): Markup {
  const size = { width: 6, height: 6, patternUnits: 'userSpaceOnUse' };
  const line = element('path', { class: 'hatch', d: 'M0 0V6' });
  const ground = element('rect', { class: 'other', width: 6, height: 6 });
  const pattern = { id: 'hatch', ...size, patternTransform: 'rotate(45)' };
  return element('defs', {}, element('pattern', pattern, ground, line));
}

function graph(layout: Layout, data: PictureData): Markup[] {
  const frames: Markup[] = [];
  const names: Markup[] = [];
  layout.rectangles.forEach(({ x, y, width }, i) => {
    const [name, , number] = functionAt(data, i);
    const [kind, note] = [KINDS[number] ?? 'unknown', data.notes[i]];
    const style = fillClass(kind, name) + (note === undefined ? '' : ' marked');
    frames.push(rectangle(style, x, y * ROW_HEIGHT, width));
    const text = labelOf({ name, note }, columnsIn(width, COLUMN_WIDTH));
    if (text !== '') names.push(nameText(kind, text, x, y * ROW_HEIGHT));
  });
  const transform = `translate(${MARGIN},${HEADER_HEIGHT})`;
  return [
    element('g', { id: 'frames', transform, role: 'tree', 'aria-label': 'Flame graph' }, ...frames),
    element('g', { id: 'names', transform, 'aria-hidden': 'true' }, ...names),
  ];
}

function rectangle(style: string, x: number, y: number, width: number): Markup {
  return element('rect', {
    class: style,
    x: round(x),
    y,
    width: round(visibleWidth(width)),
    height: ROW_HEIGHT - GAP,
    rx: width > 4 * CORNER ? CORNER : undefined,
  });
}

function nameText(kind: RectangleKind, text: string, x: number, y: number): Markup {
  const style = LEVELS.has(kind) ? 'level' : undefined;
  return element('text', { class: style, x: round(x + NAME_INSET), y: y + NAME_BASELINE }, text);
}

/** Hundredths of a pixel are fine enough to zoom far in a viewer without a script. */
function round(pixels: number): number {
  return Math.round(pixels * 100) / 100;
}
