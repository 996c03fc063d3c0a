/** What a rectangle is, beside the mouse. For screen readers the line of details says the same. */
import { element } from './controls';

const GAP = 14;

export class Tooltip {
  readonly element = element('div', { class: 'tooltip', 'aria-hidden': 'true', hidden: '' });

  show(title: string, lines: readonly string[], { clientX, clientY }: MouseEvent): void {
    const shown = lines.filter((line) => line !== '');
    this.element.replaceChildren(
      element('div', { class: 'tooltip-title' }, title),
      ...shown.map((line) => element('div', {}, line)),
    );
    this.element.hidden = false;
    const { offsetWidth, offsetHeight } = this.element;
    const left = Math.min(clientX + GAP, window.innerWidth - offsetWidth - 4);
    const below = clientY + GAP + offsetHeight < window.innerHeight;
    const top = below ? clientY + GAP : clientY - GAP - offsetHeight;
    this.element.style.left = `${Math.max(0, left)}px`;
    this.element.style.top = `${Math.max(0, top)}px`;
  }

  hide(): void {
    this.element.hidden = true;
  }
}
