/** Draws a scene, and says what a person does with it. */
import {
  moduleName,
  describe as describeText,
  labelOf,
  LEVELS,
} from '../../src/flamegraph/wording';
import {
  columnsIn,
  CORNER,
  GAP,
  NAME_BASELINE,
  NAME_INSET,
  ROW_HEIGHT,
  visibleWidth,
} from '../../src/flamegraph/metrics';
import type { Rectangle } from '../../src/flamegraph/layout';
import { ROOT, type NodeInfo } from '../../src/core/callTree';
import { element } from './controls';
import { ReaderScroll } from './readerScroll';
import type { Scene } from './scene';
import { currentLook, type Look } from './theme';
import { Tooltip } from './tooltip';

/** What is drawn with emphasis. */
export interface Emphasis {
  /** Found by the search: the others fade. */
  readonly matches?: ((info: NodeInfo) => boolean) | undefined;
  /** Rectangles of the function that is selected in the table. */
  readonly isFunction: (node: number) => boolean;
  readonly selected?: Rectangle | undefined;
}

export interface CanvasActions {
  readonly choose: (rectangle: Rectangle) => void;
  readonly point: (rectangle: Rectangle | undefined) => void;
  /** What a menu on this rectangle is about, as data for its commands. */
  readonly menu: (rectangle: Rectangle | undefined) => Readonly<Record<string, unknown>>;
  readonly moved: () => void;
}

const FADED = 0.3;
const ANCESTOR = 0.65;

export class GraphCanvas {
  readonly element = element('div', {
    class: 'graph',
    tabindex: '0',
    role: 'application',
    'aria-roledescription': 'flame graph',
    'aria-label':
      'Flame graph. Arrow keys move, Enter zooms in, Escape zooms out. The table has the same numbers.',
  });
  readonly #canvas = element('canvas', { 'aria-hidden': 'true' });
  readonly #tooltip = new Tooltip();
  #look: Look = currentLook();
  #columnWidth = 6.6;
  #scene: Scene | undefined;
  readonly #scroll: ReaderScroll;

  constructor(private readonly actions: CanvasActions) {
    this.element.append(this.#canvas, this.#tooltip.element);
    this.#scroll = new ReaderScroll(this.element, actions.moved);
    this.#canvas.addEventListener('mousemove', (event) => this.#point(event));
    this.#canvas.addEventListener('mouseleave', () => this.#leave());
    this.#canvas.addEventListener('click', (event) => this.#click(event));
    this.#canvas.addEventListener('mousedown', (event) => this.#offerMenu(this.#under(event)));
  }

  /** Room for the picture, pixels. */
  get width(): number {
    return this.element.clientWidth;
  }

  useTheme(): void {
    this.#look = currentLook();
  }

  draw(scene: Scene, emphasis: Emphasis): void {
    this.#scene = scene;
    const context = this.#scroll.ours(() => this.#fit(scene));
    context.font = this.#look.font;
    this.#columnWidth = context.measureText('m'.repeat(50)).width / 50 || this.#columnWidth;
    context.clearRect(0, 0, this.width, scene.height);
    for (const rectangle of scene.rectangles) this.#drawOne(context, rectangle, emphasis);
    this.#outline(context, scene, emphasis);
  }

  /** To the end where the root is; the reader has moved nothing. */
  scrollToRoot(atTheBottom: boolean): void {
    this.#scroll.ours(() => {
      this.element.scrollTop = atTheBottom ? this.element.scrollHeight : 0;
    });
  }

  /** Scrolls a rectangle into sight. */
  show(rectangle: Rectangle): void {
    this.#scroll.ours(() => this.#show(rectangle));
  }

  /** The keyboard asks for the menu of the rectangle it is on. */
  openMenu(rectangle: Rectangle): void {
    this.#offerMenu(rectangle);
    const { left, top } = this.#canvas.getBoundingClientRect();
    const clientX = left + rectangle.x + NAME_INSET;
    const clientY = top + (rectangle.y + 1) * ROW_HEIGHT;
    const options = { bubbles: true, composed: true, cancelable: true, clientX, clientY };
    this.#canvas.dispatchEvent(new MouseEvent('contextmenu', options));
  }

  #show(rectangle: Rectangle): void {
    const top = rectangle.y * ROW_HEIGHT;
    const { scrollTop, clientHeight } = this.element;
    if (top < scrollTop) this.element.scrollTop = top;
    else if (top + ROW_HEIGHT > scrollTop + clientHeight) {
      this.element.scrollTop = top + ROW_HEIGHT - clientHeight;
    }
  }

  /** As sharp as the screen is. A flame grows away from its root, which stays where it was. */
  #fit(scene: Scene): CanvasRenderingContext2D {
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(this.width * ratio), Math.round(scene.height * ratio)];
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    this.#canvas.style.width = `${this.width}px`;
    this.#canvas.style.height = `${scene.height}px`;
    this.element.classList.toggle('flame', scene.orientation === 'flame');
    if (scene.orientation === 'flame') this.#scroll.keepEnd();
    const context = this.#canvas.getContext('2d') as CanvasRenderingContext2D;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return context;
  }

  #drawOne(context: CanvasRenderingContext2D, rectangle: Rectangle, emphasis: Emphasis): void {
    const scene = this.#scene as Scene;
    const { x, y, width, kind, node } = rectangle;
    const described = scene.describe(rectangle);
    const found = kind !== 'other' && emphasis.matches?.(scene.tree.info(node)) === true;
    const faded = emphasis.matches !== undefined && !found;
    context.globalAlpha = faded ? FADED : kind === 'ancestor' ? ANCESTOR : 1;
    context.fillStyle = found ? this.#look.match : this.#look.fill(described.kind, described.name);
    const shown = visibleWidth(width);
    context.beginPath();
    context.roundRect(x, y * ROW_HEIGHT, shown, ROW_HEIGHT - GAP, shown > 4 * CORNER ? CORNER : 0);
    context.fill();
    if (this.#look.outline !== undefined && shown > 2) this.#stroke(context, this.#look.outline, 1);
    if (described.note !== undefined) this.#stroke(context, this.#look.mark, 1.5);
    const text = labelOf(described, columnsIn(width, this.#columnWidth));
    if (text === '') return;
    const weight = LEVELS.has(described.kind) ? '600 ' : '';
    context.font = `${weight}${this.#look.font}`;
    context.fillStyle = found ? this.#look.matchText : this.#look.text;
    context.fillText(text, x + NAME_INSET, y * ROW_HEIGHT + NAME_BASELINE);
  }

  #outline(context: CanvasRenderingContext2D, scene: Scene, emphasis: Emphasis): void {
    context.globalAlpha = 1;
    for (const rectangle of scene.rectangles) {
      const selected = rectangle === emphasis.selected;
      const same = rectangle.kind !== 'other' && emphasis.isFunction(rectangle.node);
      if (!selected && !same) continue;
      const { x, y, width } = rectangle;
      context.beginPath();
      context.rect(x + 1, y * ROW_HEIGHT + 1, Math.max(1, visibleWidth(width) - 2), ROW_HEIGHT - 3);
      this.#stroke(context, selected ? this.#look.focus : this.#look.text, selected ? 2 : 1);
    }
  }

  #stroke(context: CanvasRenderingContext2D, colour: string, width: number): void {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke();
  }

  #under({ clientX, clientY }: MouseEvent): Rectangle | undefined {
    const { left, top } = this.#canvas.getBoundingClientRect();
    return this.#scene?.at(clientX - left, clientY - top);
  }

  #point(event: MouseEvent): void {
    const rectangle = this.#under(event);
    this.#canvas.classList.toggle('over', rectangle !== undefined);
    this.actions.point(rectangle);
    if (rectangle) this.#explain(rectangle, event);
    else this.#tooltip.hide();
  }

  #explain(rectangle: Rectangle, event: MouseEvent): void {
    const described = this.#scene?.describe(rectangle);
    if (!described) return;
    const rest = describeText(
      { ...described, name: '', module: '' },
      this.#scene?.tree.total(ROOT) ?? 0,
    );
    this.#tooltip.show(described.name, [moduleName(described.module), rest], event);
  }

  #leave(): void {
    this.#tooltip.hide();
    this.actions.point(undefined);
  }

  #click(event: MouseEvent): void {
    const rectangle = this.#under(event);
    if (rectangle) this.actions.choose(rectangle);
  }

  /** VS Code reads this when it opens the menu. */
  #offerMenu(rectangle: Rectangle | undefined): void {
    this.#canvas.dataset['vscodeContext'] = JSON.stringify(this.actions.menu(rectangle));
  }
}
