/**
 * The rectangles of a picture: those it was saved with, moved when a reader zooms, and the names
 * on them, written anew each time.
 */
import { ROOT } from '../../core/callTree';
import {
  COLUMN_WIDTH,
  columnsIn,
  CORNER,
  MARGIN,
  NAME_BASELINE,
  NAME_INSET,
  ROW_HEIGHT,
  visibleWidth,
} from '../metrics';
import type { Orientation } from '../layout';
import type { PictureNode } from '../pictureNodes';
import { describe, labelOf, LEVELS } from '../wording';
import { byId, make, picture, set } from './dom';

/** Narrower than this is not worth an element on the screen. */
const LEAST_WIDTH = 0.1;

export class Graph {
  readonly #rectangles: SVGRectElement[];
  readonly #indexes: Map<EventTarget, number>;
  readonly #names = byId('names');
  readonly #rows: number;
  #inView = new Set<number>();
  #columnWidth = COLUMN_WIDTH;
  #found: ReadonlySet<number> | undefined;

  constructor(
    private readonly nodes: readonly PictureNode[],
    private readonly orientation: Orientation,
  ) {
    this.#rectangles = [...byId('frames').querySelectorAll('rect')];
    this.#indexes = new Map(this.#rectangles.map((rectangle, index) => [rectangle, index]));
    this.#rows = nodes.reduce((most, { row }) => Math.max(most, row + 1), 0);
    this.#columnWidth = measureColumn(this.#names);
    this.#rectangles.forEach((rectangle, index) => this.#announce(rectangle, index));
  }

  get height(): number {
    return this.#rows * ROW_HEIGHT;
  }

  indexOf(target: EventTarget | null): number | undefined {
    return target ? this.#indexes.get(target) : undefined;
  }

  readonly inView = (index: number): boolean => this.#inView.has(index);

  top(index: number): number {
    const row = this.nodes[index]?.row ?? 0;
    return ROW_HEIGHT * (this.orientation === 'icicle' ? row : this.#rows - 1 - row);
  }

  place(top: number): void {
    for (const id of ['frames', 'names'])
      set(byId(id), { transform: `translate(${MARGIN},${top})` });
  }

  /** Lays out anew. @param path from the root to the rectangle that is as wide as the picture */
  show(path: readonly number[], width: number): void {
    const names: SVGTextElement[] = [];
    const focus = this.nodes[path.at(-1) ?? ROOT] as PictureNode;
    const ancestors = new Set(path.slice(0, -1));
    this.#inView = new Set();
    for (const node of this.nodes) {
      const share = boxOf(node, focus, ancestors.has(node.index), width);
      this.#move(node, share, ancestors.has(node.index));
      const text = share && labelOf(node, columnsIn(share.width, this.#columnWidth));
      if (share && text) names.push(this.#name(node, text, share.x));
    }
    this.#names.replaceChildren(...names);
    this.#colour();
  }

  setMatches(found: ReadonlySet<number> | undefined): void {
    this.#found = found;
    picture().classList.toggle('searching', found !== undefined);
    this.#colour();
  }

  /** Puts the keyboard on a rectangle. */
  focus(index: number): void {
    for (const old of byId('frames').querySelectorAll('[tabindex="0"]')) {
      old.setAttribute('tabindex', '-1');
    }
    const rectangle = this.#rectangles[index];
    rectangle?.setAttribute('tabindex', '0');
    rectangle?.focus({ preventScroll: true });
  }

  #announce(rectangle: SVGRectElement, index: number): void {
    const node = this.nodes[index];
    if (!node) return;
    const label = describe(node, this.nodes[0]?.count ?? 0);
    const level = node.row + 1;
    const tabindex = index === 0 ? 0 : -1;
    set(rectangle, { role: 'treeitem', tabindex, 'aria-label': label, 'aria-level': level });
  }

  #move({ index }: PictureNode, box: Box | undefined, ancestor: boolean): void {
    const rectangle = this.#rectangles[index];
    if (!rectangle) return;
    rectangle.setAttribute('display', box ? 'inline' : 'none');
    if (!box) return;
    this.#inView.add(index);
    rectangle.classList.toggle('ancestor', ancestor);
    const width = visibleWidth(box.width);
    set(rectangle, { x: box.x, y: this.top(index), width, rx: width > 4 * CORNER ? CORNER : 0 });
  }

  #name({ index, kind }: PictureNode, text: string, x: number): SVGTextElement {
    const y = this.top(index) + NAME_BASELINE;
    const style = LEVELS.has(kind) ? 'level' : '';
    return make('text', { x: x + NAME_INSET, y, class: style, 'data-of': index }, text);
  }

  #colour(): void {
    const isMatch = (index: number): boolean => this.#found?.has(index) ?? false;
    this.#rectangles.forEach((rectangle, i) => rectangle.classList.toggle('match', isMatch(i)));
    for (const name of this.#names.children) {
      name.classList.toggle('match', isMatch(Number(name.getAttribute('data-of'))));
    }
  }
}

interface Box {
  readonly x: number;
  readonly width: number;
}

function boxOf(
  node: PictureNode,
  focus: PictureNode,
  ancestor: boolean,
  width: number,
): Box | undefined {
  if (ancestor || node === focus) return { x: 0, width };
  if (node.index < focus.index || node.index >= focus.end) return undefined;
  const scale = width / focus.count;
  const box = { x: (node.start - focus.start) * scale, width: node.count * scale };
  return box.width < LEAST_WIDTH ? undefined : box;
}

/** Fonts differ: how wide a character of the names really is here. */
function measureColumn(names: SVGElement): number {
  const sample = make('text', {}, 'm'.repeat(50));
  names.append(sample);
  const width = sample.getComputedTextLength() / 50;
  sample.remove();
  return width || COLUMN_WIDTH;
}
