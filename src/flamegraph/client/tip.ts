/** The card beside the mouse: name, where it is from, count and share. */
import type { PictureNode } from '../pictureNodes';
import { describeNote, fit, formatSamples, formatShare, KIND_WORDS } from '../wording';
import { make, picture, set } from './dom';

const [PADDING, LINE, OFFSET] = [10, 17, 14];
const COLUMNS = 100;

export class Tip {
  readonly #group = make('g', { id: 'tip', 'aria-hidden': 'true', display: 'none' });

  constructor() {
    picture().append(this.#group);
  }

  hide(): void {
    set(this.#group, { display: 'none' });
  }

  show(node: PictureNode, total: number, { clientX, clientY }: MouseEvent): void {
    const lines = linesOf(node, total).map((line, i) =>
      make('text', { x: PADDING, y: PADDING + 10 + i * LINE, class: i === 0 ? 'name' : '' }, line),
    );
    const card = make('rect', { rx: 6 });
    this.#group.replaceChildren(card, ...lines);
    set(this.#group, { display: 'inline' });
    const width = Math.max(...lines.map((line) => line.getComputedTextLength())) + 2 * PADDING;
    const height = lines.length * LINE + 2 * PADDING - 4;
    set(card, { width, height });
    const x = Math.max(0, Math.min(clientX + OFFSET, window.innerWidth - width - OFFSET));
    const below = clientY + OFFSET + height < window.innerHeight;
    const y = window.scrollY + (below ? clientY + OFFSET : Math.max(0, clientY - OFFSET - height));
    set(this.#group, { transform: `translate(${x},${y})` });
  }
}

function linesOf({ name, module, kind, count, self, note }: PictureNode, total: number): string[] {
  const origin = [KIND_WORDS[kind], module].filter((part) => part !== '').join(' · ');
  const samples = (amount: number): string =>
    `${formatSamples(amount)} · ${formatShare(amount, total)}`;
  const lines = [name, origin, samples(count)];
  if (self > 0 && self < count && kind !== 'other') lines.push(`self ${samples(self)}`);
  if (note !== undefined) lines.push(describeNote(note));
  return lines.filter((line) => line !== '').map((line) => fit(line, COLUMNS));
}
