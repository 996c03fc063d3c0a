/** Callers and callees of the selected function, side by side; each leads on to itself. */
import { formatCount } from '../../src/core/accounting';
import type { InternedFrame } from '../../src/core/frame';
import type { FunctionRow } from '../../src/flamegraph/live/functionTotals';
import type { Neighbour, Neighbours } from '../../src/flamegraph/live/neighbours';
import { bounded } from '../../src/flamegraph/pictureData';
import { formatShare, moduleName } from '../../src/flamegraph/wording';
import { element, replaceContent } from './controls';
import { ReaderScroll } from './readerScroll';

const MOST = 100;
const LONGEST_NAME = 300;

export class NeighbourLists {
  readonly element = element('div', { class: 'neighbours', tabindex: '0', role: 'group' });

  readonly #scroll: ReaderScroll;

  /** @param select a neighbour was chosen; @param moved the reader has scrolled */
  constructor(
    private readonly select: (frame: InternedFrame) => void,
    moved: () => void,
  ) {
    this.#scroll = new ReaderScroll(this.element, moved);
  }

  show(row: FunctionRow | undefined, neighbours: Neighbours): void {
    this.#scroll.ours(() => this.#fill(row, neighbours));
  }

  #fill(row: FunctionRow | undefined, { callers, callees }: Neighbours): void {
    this.element.setAttribute('aria-label', 'Callers and callees');
    if (!row) {
      const hint = 'Select a function in the graph or in the table to see who calls it.';
      this.element.replaceChildren(element('p', { class: 'muted' }, hint));
      return;
    }
    const { frame, self, total } = row;
    const name = bounded(frame.name, LONGEST_NAME);
    const numbers = `total ${formatCount(total)}, self ${formatCount(self)}`;
    replaceContent(
      this.element,
      element('h2', { title: name }, name, ' ', element('span', { class: 'muted' }, numbers)),
      element(
        'div',
        { class: 'sides' },
        this.#list('Callers', callers, total, 'no caller: where its stacks begin'),
        this.#list('Callees', callees, total, 'no callee: it ran itself'),
      ),
    );
  }

  #list(
    title: string,
    neighbours: readonly Neighbour[],
    total: number,
    nobody: string,
  ): HTMLElement {
    const items = neighbours.slice(0, MOST).map((each) => this.#item(each, total, nobody));
    const left = neighbours.length - items.length;
    if (left > 0) items.push(element('li', { class: 'muted' }, `${formatCount(left)} more`));
    return element(
      'section',
      {},
      element('h3', {}, title),
      element('ul', { 'aria-label': title }, ...items),
    );
  }

  #item({ frame, count }: Neighbour, total: number, nobody: string): HTMLElement {
    const numbers = `${formatCount(count)}  ${formatShare(count, total)}`;
    const amount = element('span', { class: 'number' }, numbers);
    if (!frame) return element('li', {}, amount, element('span', { class: 'muted' }, nobody));
    const name = bounded(frame.name, LONGEST_NAME);
    const title = [name, bounded(moduleName(frame.module), LONGEST_NAME)]
      .filter(Boolean)
      .join(' · ');
    const link = element('button', { type: 'button', title }, name);
    link.addEventListener('click', () => this.select(frame));
    return element('li', {}, amount, link);
  }
}
