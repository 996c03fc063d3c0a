/**
 * The header of an open picture: search field, breadcrumb of the zoom, details of the rectangle
 * that the mouse or the keyboard is on. It stays in sight when a deep graph is scrolled.
 */
import { MARGIN } from '../metrics';
import type { PictureNode } from '../pictureNodes';
import { describe, fit } from '../wording';
import { byId, make, makeInput, set } from './dom';

/** About the advance of the fonts: 12 px, and that of the title. */
const [LETTER, TITLE_LETTER] = [6.4, 10.5];
const LINE = 24;
const [FIELD_WIDTH, FIELD_HEIGHT] = [260, 28];
/** `99.9% matched` beside the field. */
const MATCHED_WIDTH = 110;
const FIRST_LINE = 84;
const LEGEND_GAP = 18;
const SUBTITLE_LINE = 59;
/** More levels than this are shortened in the middle. */
const MOST_CRUMBS = 7;

export interface HeaderActions {
  readonly zoom: (index: number) => void;
  readonly search: (query: string) => void;
}

export class Header {
  readonly #group = byId('header');
  readonly #ground = this.#group.firstElementChild as Element;
  readonly #legend = byId<SVGGElement>('legend');
  readonly #what = byId<SVGTextElement>('what');
  readonly #title = this.#what.textContent ?? '';
  readonly #when = byId<SVGTextElement>('when');
  readonly #details = byId('details');
  readonly #caption = this.#details.textContent ?? '';
  readonly #crumbs = make('text', {
    id: 'path',
    x: MARGIN,
    role: 'navigation',
    'aria-label': 'Zoom',
  });
  readonly #matched = make('text', { class: 'muted', role: 'status' });
  readonly #holder = make('foreignObject', { width: FIELD_WIDTH, height: FIELD_HEIGHT });
  readonly #legendWidth = spread(this.#legend.children);
  #width = 0;

  readonly field = makeInput({
    type: 'search',
    class: 'field',
    placeholder: 'Search functions and files   /',
    'aria-label': 'Search functions and files',
    spellcheck: 'false',
    autocomplete: 'off',
  });

  constructor(private readonly actions: HeaderActions) {
    this.#holder.append(this.field);
    this.#group.append(this.#crumbs, this.#matched, this.#holder);
    this.#details.setAttribute('role', 'status');
    this.field.addEventListener('input', () => actions.search(this.field.value));
    window.addEventListener('scroll', () => this.#follow());
  }

  /** @returns the height that it takes */
  place(width: number): number {
    this.#width = width;
    const wide = width >= this.#narrowestWide();
    const room = width - 2 * MARGIN - (wide ? FIELD_WIDTH + MATCHED_WIDTH : 0);
    this.#what.textContent = fit(this.#title, Math.floor(room / TITLE_LETTER));
    const legend = wide
      ? [width - MARGIN - this.#legendWidth, SUBTITLE_LINE]
      : [MARGIN, FIRST_LINE];
    set(this.#legend, { transform: `translate(${legend.join(',')})` });
    let y = wide ? FIRST_LINE : FIRST_LINE + LINE;
    this.#placeField(wide ? width - MARGIN - FIELD_WIDTH : MARGIN, wide ? 12 : y - 16, wide);
    if (!wide) y += FIELD_HEIGHT + 6;
    set(this.#crumbs, { y });
    set(this.#details, { y: y + LINE });
    const height = y + LINE + 14;
    set(this.#ground, { width, height });
    return height;
  }

  /** In a narrower window stands below each other what otherwise stands side by side. */
  #narrowestWide(): number {
    return this.#when.getComputedTextLength() + this.#legendWidth + 3 * MARGIN;
  }

  showMatched(text: string): void {
    this.#matched.textContent = text;
  }

  /** @param path from the root to what fills the view */
  showPath(path: readonly PictureNode[]): void {
    const left = Math.ceil(MOST_CRUMBS / 2);
    const hidden = path.length > MOST_CRUMBS ? path.slice(left, left - MOST_CRUMBS) : [];
    const shown = path.filter((node) => !hidden.includes(node));
    const columns = Math.floor(this.#width / LETTER / Math.max(2, shown.length)) - 5;
    const parts = shown.flatMap((node, i) => {
      const gap = i === left && hidden.length > 0 ? '  ›  …  ›  ' : '  ›  ';
      const crumb = this.#crumb(node, columns, i === shown.length - 1);
      return i === 0 ? [crumb] : [make('tspan', { class: 'muted' }, gap), crumb];
    });
    this.#crumbs.replaceChildren(...parts);
  }

  showDetails(node: PictureNode | undefined, total: number): void {
    if (!node) {
      this.#details.textContent = this.#caption;
      return;
    }
    const rest = describe({ ...node, name: '' }, total);
    const room = Math.max(20, Math.floor(this.#width / LETTER) - rest.length);
    this.#details.textContent = describe({ ...node, name: fit(node.name, room) }, total);
  }

  #placeField(x: number, y: number, wide: boolean): void {
    set(this.#holder, { x, y });
    const anchor = wide ? 'end' : 'start';
    const side = wide ? x - 12 : x + FIELD_WIDTH + 12;
    set(this.#matched, { x: side, y: y + 19, 'text-anchor': anchor });
  }

  #crumb({ index, name }: PictureNode, columns: number, last: boolean): SVGTSpanElement {
    const attributes = { class: 'crumb', role: 'button', tabindex: 0 };
    const crumb = make('tspan', attributes, fit(name, columns));
    if (last) crumb.setAttribute('aria-current', 'true');
    crumb.addEventListener('click', () => this.actions.zoom(index));
    crumb.addEventListener('keydown', ({ key }) => {
      if (key === 'Enter' || key === ' ') this.actions.zoom(index);
    });
    return crumb;
  }

  #follow(): void {
    set(this.#group, { transform: `translate(0,${window.scrollY})` });
  }
}

/** Puts the entries of the legend side by side, now that fonts are known. @returns their width */
function spread(entries: Iterable<Element>): number {
  let x = -LEGEND_GAP;
  for (const entry of entries as Iterable<SVGGElement>) {
    const box = entry.getBBox();
    set(entry, { transform: `translate(${x + LEGEND_GAP - box.x},0)` });
    x += LEGEND_GAP + box.width;
  }
  return x;
}
