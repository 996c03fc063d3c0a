/** What is shown, from the whole recording down to the frame that fills the picture. */
import { ROOT, type CallTree } from '../../src/core/callTree';
import { printable, shorten } from '../../src/core/printable';
import { pathTo } from '../../src/flamegraph/navigation/tree';
import { element, replaceContent } from './controls';

/** More levels than this are left out in the middle. */
const MOST = 6;
const LONGEST_NAME = 60;

export interface BreadcrumbActions {
  readonly zoom: (node: number) => void;
  readonly showAll: () => void;
}

export class Breadcrumb {
  readonly element = element('nav', { class: 'breadcrumb', 'aria-label': 'What is shown' });

  constructor(private readonly actions: BreadcrumbActions) {}

  /** @param scope what the picture is narrowed to; '' for everything */
  show(tree: CallTree, focus: number, scope: string): void {
    const path = pathTo(tree, focus);
    const hidden = path.length > MOST ? path.slice(2, 4 - MOST) : [];
    const parts: (HTMLElement | string)[] = [];
    if (scope !== '') {
      parts.push(this.#link('All processes', () => this.actions.showAll()));
      parts.push(element('strong', {}, printable(shorten(scope, LONGEST_NAME))));
    }
    for (const node of path) {
      if (node === hidden[0]) parts.push('…');
      if (hidden.includes(node) || (scope !== '' && node === ROOT && path.length === 1)) continue;
      parts.push(this.#step(tree, node, node === focus));
    }
    replaceContent(this.element, ...separated(parts));
  }

  #step(tree: CallTree, node: number, last: boolean): HTMLElement {
    const name = printable(shorten(tree.info(node).name, LONGEST_NAME));
    if (last) return element('span', { 'aria-current': 'location' }, name);
    return this.#link(name, () => this.actions.zoom(node));
  }

  #link(text: string, press: () => void): HTMLElement {
    const made = element('button', { type: 'button' }, text);
    made.addEventListener('click', press);
    return made;
  }
}

function separated(parts: readonly (HTMLElement | string)[]): (HTMLElement | string)[] {
  const arrow = (): HTMLElement => element('span', { class: 'muted', 'aria-hidden': 'true' }, '›');
  return parts.flatMap((part, i) => (i === 0 ? [part] : [arrow(), part]));
}
