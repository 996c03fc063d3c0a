/**
 * The functions of what is shown, as a table: the picture in numbers, for those who sort, and for
 * those who do not see it. Only the rows in sight exist as elements.
 */
import { formatCount } from '../../src/core/accounting';
import type { InternedFrame } from '../../src/core/frame';
import {
  sortedRows,
  type FunctionRow,
  type FunctionTotals,
  type SortKey,
  type Sorting,
} from '../../src/flamegraph/live/functionTotals';
import { isChord } from '../../src/flamegraph/navigation/keys';
import { bounded } from '../../src/flamegraph/pictureData';
import { formatShare, KIND_WORDS, moduleName } from '../../src/flamegraph/wording';
import { element } from './controls';
import { ReaderScroll } from './readerScroll';

const ROW_PIXELS = 22;
/** Rows kept above and below those in sight. */
const SPARE = 10;
const LONGEST_NAME = 1_000;

const COLUMNS: Readonly<Record<SortKey, string>> = {
  name: 'Function',
  module: 'Module',
  self: 'Self',
  total: 'Total',
};

export interface FunctionListActions {
  readonly select: (frame: InternedFrame) => void;
  /** Enter or double click. */
  readonly open: (frame: InternedFrame) => void;
  readonly sort: (sorting: Sorting) => void;
  readonly menu: (frame: InternedFrame) => Readonly<Record<string, unknown>>;
  /** The reader has scrolled. */
  readonly moved: () => void;
}

export class FunctionList {
  readonly element = element('div', {
    class: 'functions',
    role: 'grid',
    tabindex: '0',
    'aria-label': 'Functions',
  });
  readonly #head = element('div', { class: 'row head', role: 'row', 'aria-rowindex': '1' });
  readonly #body = element('div', { class: 'body', role: 'rowgroup' });
  readonly #headers = new Map<SortKey, HTMLElement>();
  readonly #scroll: ReaderScroll;
  #rows: readonly FunctionRow[] = [];
  #samples = 0;
  #selected: InternedFrame | undefined;

  constructor(private readonly actions: FunctionListActions) {
    for (const [key, words] of Object.entries(COLUMNS)) this.#addHeader(key as SortKey, words);
    this.#head.append(
      element('span', { class: 'number', role: 'columnheader', 'aria-sort': 'none' }, 'Share'),
    );
    this.element.append(
      element('div', { role: 'rowgroup', class: 'sticky' }, this.#head),
      this.#body,
    );
    this.#scroll = new ReaderScroll(this.element, actions.moved);
    this.element.addEventListener('scroll', () => this.#draw());
    this.element.addEventListener('keydown', (event) => this.#key(event));
    new ResizeObserver(() => this.#draw()).observe(this.element);
  }

  show(
    totals: FunctionTotals,
    sorting: Sorting,
    passes: (frame: InternedFrame) => boolean,
    selected: InternedFrame | undefined,
  ): void {
    this.#rows = sortedRows(totals.rows, sorting, passes);
    this.#samples = totals.samples;
    this.#selected = selected;
    for (const [key, header] of this.#headers) this.#showSorting(header, key, sorting);
    this.element.setAttribute('aria-rowcount', String(this.#rows.length + 1));
    this.#offerMenu();
    this.#scroll.ours(() => this.#draw());
  }

  /** Scrolls the selected row into sight. */
  showSelected(): void {
    const at = this.#rows.findIndex(({ frame }) => frame === this.#selected);
    if (at < 0) return;
    const top = at * ROW_PIXELS;
    const room = this.element.clientHeight - 2 * ROW_PIXELS;
    const { scrollTop } = this.element;
    if (top >= scrollTop && top <= scrollTop + room) return;
    this.#scroll.ours(() => {
      this.element.scrollTop = top - room / 2;
    });
  }

  /** The keyboard asks for a menu where it is: on the table, never on a row. */
  #offerMenu(): void {
    const selected = this.#rows.find(({ frame }) => frame === this.#selected);
    if (selected) this.element.dataset['vscodeContext'] = this.#menuOf(selected.frame);
    else delete this.element.dataset['vscodeContext'];
  }

  #menuOf(frame: InternedFrame): string {
    return JSON.stringify(this.actions.menu(frame));
  }

  #addHeader(key: SortKey, words: string): void {
    const numeric = key === 'self' || key === 'total';
    const pressed = element('button', { type: 'button' }, words);
    const style = numeric ? 'number' : '';
    const header = element('span', { class: style, role: 'columnheader' }, pressed);
    pressed.addEventListener('click', () => this.#sort(key, header));
    this.#headers.set(key, header);
    this.#head.append(header);
  }

  #sort(key: SortKey, header: HTMLElement): void {
    const numeric = key === 'self' || key === 'total';
    const now = header.getAttribute('aria-sort');
    const descending = now === 'none' ? numeric : now === 'ascending';
    this.actions.sort({ by: key, descending });
  }

  #showSorting(header: HTMLElement, key: SortKey, { by, descending }: Sorting): void {
    const direction = descending ? 'descending' : 'ascending';
    header.setAttribute('aria-sort', key === by ? direction : 'none');
  }

  #draw(): void {
    const { scrollTop, clientHeight } = this.element;
    const first = Math.max(0, Math.floor(scrollTop / ROW_PIXELS) - SPARE);
    const last = Math.min(
      this.#rows.length,
      Math.ceil((scrollTop + clientHeight) / ROW_PIXELS) + SPARE,
    );
    this.#body.style.height = `${this.#rows.length * ROW_PIXELS}px`;
    const drawn = this.#rows.slice(first, last).map((row, i) => this.#row(row, first + i));
    this.#body.replaceChildren(...drawn);
    const active = drawn.find((row) => row.getAttribute('aria-selected') === 'true');
    if (active) this.element.setAttribute('aria-activedescendant', active.id);
    else this.element.removeAttribute('aria-activedescendant');
  }

  #row({ frame, self, total }: FunctionRow, index: number): HTMLElement {
    const selected = frame === this.#selected;
    const made = element(
      'div',
      {
        class: selected ? 'row selected' : 'row',
        role: 'row',
        id: `function-${index}`,
        'aria-rowindex': String(index + 2),
        'aria-selected': String(selected),
        'data-vscode-context': this.#menuOf(frame),
      },
      cell(bounded(frame.name, LONGEST_NAME), 'name'),
      cell(bounded(moduleName(frame.module) || KIND_WORDS[frame.kind], LONGEST_NAME), 'module'),
      cell(formatCount(self), 'number'),
      cell(formatCount(total), 'number'),
      cell(formatShare(total, this.#samples), 'number'),
    );
    made.style.transform = `translateY(${index * ROW_PIXELS}px)`;
    made.addEventListener('click', () => this.actions.select(frame));
    made.addEventListener('dblclick', () => this.actions.open(frame));
    return made;
  }

  #key(event: KeyboardEvent): void {
    // A header is a button of its own: Enter and Space sort.
    if (event.target instanceof HTMLButtonElement || isChord(event)) return;
    const at = this.#rows.findIndex(({ frame }) => frame === this.#selected);
    const page = Math.max(1, Math.floor(this.element.clientHeight / ROW_PIXELS) - 2);
    const last = this.#rows.length - 1;
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: Math.min(last, at + 1),
      ArrowUp: Math.max(0, at - 1),
      PageDown: Math.min(last, at + page),
      PageUp: Math.max(0, at - page),
      Home: 0,
      End: last,
    };
    const target = this.#rows[targets[event.key] ?? -1];
    if (event.key === 'Enter' && this.#selected) this.actions.open(this.#selected);
    else if (target) {
      this.actions.select(target.frame);
      this.showSelected();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

function cell(text: string, style: string): HTMLElement {
  const attributes = {
    class: style,
    role: 'gridcell',
    ...(style === 'number' ? {} : { title: text }),
  };
  return element('span', attributes, text);
}
