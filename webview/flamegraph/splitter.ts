/** The border between the picture and what is below it, moved by mouse or keyboard. */
import { element } from './controls';
import { isChord } from '../../src/flamegraph/navigation/keys';

const [LEAST, MOST, STEP] = [15, 85, 5];

export class Splitter {
  readonly element = element('div', {
    class: 'splitter',
    role: 'separator',
    tabindex: '0',
    'aria-orientation': 'horizontal',
    'aria-label': 'Height of the table',
    'aria-valuemin': String(LEAST),
    'aria-valuemax': String(MOST),
  });

  /** @param moved told the share of the lower part, percent */
  constructor(private readonly moved: (percent: number) => void) {
    this.element.addEventListener('pointerdown', (event) =>
      this.element.setPointerCapture(event.pointerId),
    );
    this.element.addEventListener('pointermove', (event) => this.#drag(event));
    this.element.addEventListener('keydown', (event) => this.#key(event));
  }

  set value(percent: number) {
    this.element.setAttribute('aria-valuenow', String(Math.round(percent)));
  }

  get value(): number {
    return Number(this.element.getAttribute('aria-valuenow'));
  }

  #drag({ pointerId, clientY }: PointerEvent): void {
    if (!this.element.hasPointerCapture(pointerId)) return;
    const box = this.element.parentElement?.getBoundingClientRect();
    if (box) this.#move((100 * (box.bottom - clientY)) / box.height);
  }

  #key(event: KeyboardEvent): void {
    if ((event.key !== 'ArrowUp' && event.key !== 'ArrowDown') || isChord(event)) return;
    event.preventDefault();
    event.stopPropagation();
    this.#move(this.value + (event.key === 'ArrowUp' ? STEP : -STEP));
  }

  #move(percent: number): void {
    const bounded = Math.min(MOST, Math.max(LEAST, percent));
    this.value = bounded;
    this.moved(bounded);
  }
}
