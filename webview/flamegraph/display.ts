/** The page: puts its parts in their places, and draws what the panel shows. */
import { ROOT } from '../../src/core/callTree';
import type { InternedFrame } from '../../src/core/frame';
import type { Rectangle } from '../../src/flamegraph/layout';
import type { StackStore } from '../../src/flamegraph/live/stackStore';
import { isFunction, type StackView } from '../../src/flamegraph/live/stackView';
import { isSelected } from '../../src/flamegraph/navigation/position';
import { matchedText, matcherOf, type Matcher } from '../../src/flamegraph/navigation/search';
import type { PanelInfo } from '../../src/messages/panelMessages';
import { bounded } from '../../src/flamegraph/pictureData';
import {
  describe,
  describeRecording,
  pictureTitle,
  type Described,
} from '../../src/flamegraph/wording';
import type { Breadcrumb } from './breadcrumb';
import type { GraphCanvas } from './canvas';
import { element } from './controls';
import type { FunctionList } from './functionList';
import type { NeighbourLists } from './neighbourLists';
import { rowTitle } from './nodeNames';
import { whyEmpty, type PanelState } from './panelState';
import type { ReaderPlace } from './readerPlace';
import { Scene } from './scene';
import type { Splitter } from './splitter';
import type { Toolbar } from './toolbar';

const HINT = 'Click or Enter: zoom in · Escape: zoom out · Ctrl+F: search · T: table';

/** The parts that the reader works with. */
export interface Parts {
  readonly toolbar: Toolbar;
  readonly breadcrumb: Breadcrumb;
  readonly canvas: GraphCanvas;
  readonly functions: FunctionList;
  readonly neighbours: NeighbourLists;
  readonly splitter: Splitter;
}

/** All that a drawing depends on. */
export interface Shown {
  readonly state: PanelState;
  readonly store: StackStore;
  readonly view: StackView;
  readonly place: ReaderPlace;
  readonly info: PanelInfo;
  readonly loading: boolean;
  /** Paused, and so many seconds behind. */
  readonly behind: number | undefined;
}

export class Display {
  #scene: Scene | undefined;
  /** Under the mouse. */
  #pointed: Rectangle | undefined;
  #frameRequested = false;
  readonly #title = element('h1', {});
  /** No live region: what changes every second would be read out every second. */
  readonly #numbers = element('span', { class: 'muted' });
  /** Read out when it comes, and not each second that it grows by. */
  readonly #notice = element('span', { class: 'notice', hidden: '' });
  readonly #message = element('div', { class: 'message', role: 'status', hidden: '' });
  readonly #details = element('div', { class: 'details' }, HINT);
  /** Read out: what the reader selects and searches, when that is new; its numbers grow in silence. */
  readonly #spoken = element('div', { class: 'spoken', role: 'status' });
  #spokenQuery = '';
  readonly #pane = element('div', { class: 'pane' });

  constructor(
    private readonly parts: Parts,
    private readonly shown: () => Shown,
  ) {
    const { toolbar, breadcrumb, canvas, splitter } = parts;
    const head = element('header', {}, this.#title, this.#numbers, this.#notice);
    const graph = element('div', { class: 'graph-holder' }, this.#message, canvas.element);
    const main = element('main', {}, graph, splitter.element, this.#pane);
    document.body.append(head, toolbar.element, breadcrumb.element, main);
    document.body.append(this.#details, this.#spoken);
  }

  /** What was drawn last. */
  get scene(): Scene | undefined {
    return this.#scene;
  }

  get selected(): Rectangle | undefined {
    const { selected } = this.shown().place;
    if (!selected) return undefined;
    return this.#scene?.rectangles.find((rectangle) => isSelected(rectangle, selected));
  }

  /** Scrolls to the rectangle of a node, if it is drawn. */
  scrollTo(node: number): void {
    const rectangle = this.#scene?.find(node);
    if (rectangle) this.parts.canvas.show(rectangle);
  }

  /** Scrolls the selected rectangle into sight, if it is drawn. */
  showSelected(): void {
    if (this.selected) this.parts.canvas.show(this.selected);
  }

  point(rectangle: Rectangle | undefined): void {
    this.#pointed = rectangle;
    this.showDetails();
  }

  /** What the reader has chosen: pressed buttons, and which pane is open. */
  applyState(): void {
    const { state, store } = this.shown();
    const { toolbar, functions, neighbours, splitter } = this.parts;
    toolbar.show(state, store.anomalous);
    const contents = {
      none: [],
      functions: [functions.element],
      neighbours: [neighbours.element],
    };
    const [content = null] = contents[state.pane];
    if (this.#pane.firstElementChild !== content) {
      this.#pane.replaceChildren(...contents[state.pane]);
    }
    this.#pane.hidden = splitter.element.hidden = state.pane === 'none';
    this.#pane.style.flexBasis = `${state.paneHeight}%`;
    splitter.value = state.paneHeight;
  }

  drawSoon(): void {
    if (this.#frameRequested) return;
    this.#frameRequested = true;
    requestAnimationFrame(() => {
      this.#frameRequested = false;
      this.draw();
    });
  }

  draw(): void {
    const { state, store, view, place, info, loading } = this.shown();
    if (loading || this.parts.canvas.width <= 0) return;
    const matches = matcherOf(state.query);
    this.#drawGraph(matches);
    this.parts.toolbar.show(state, store.anomalous);
    this.#showMatched(
      matches ? matchedText(view.tree, place.focus, (node) => matches(view.tree.info(node))) : '',
    );
    this.parts.breadcrumb.show(view.tree, place.focus, rowTitle(store, state.row));
    this.#title.textContent = pictureTitle(info.picture);
    this.#numbers.textContent = describeRecording(info.picture, view.tree.total(ROOT));
    this.showDetails();
    this.#explainEmptiness();
    this.#drawPane(matches);
    this.showPause();
    document.body.dataset['drawn'] = String(info.seconds);
  }

  explain(text: string, ...actions: readonly HTMLElement[]): void {
    this.#message.replaceChildren(element('p', {}, text), ...actions);
    this.#message.hidden = false;
  }

  /** @param text '' when all is well */
  notice(text: string): void {
    if (text !== '' && this.#notice.hidden) this.#spoken.textContent = text;
    this.#notice.textContent = text;
    this.#notice.hidden = text === '';
  }

  showPause(): void {
    const { behind, info } = this.shown();
    this.parts.toolbar.showPause(behind, info.recording);
  }

  /** Of what is under the mouse, else of what is selected. */
  showDetails(): void {
    const text = this.#describe(this.#pointed ?? this.selected);
    if (this.#details.textContent !== text) this.#details.textContent = text;
  }

  /** The reader has selected something else. */
  speakSelection(): void {
    this.#spoken.textContent = this.#describe(this.selected);
  }

  #showMatched(text: string): void {
    const { query } = this.shown().state;
    this.parts.toolbar.showMatched(text);
    if (query === this.#spokenQuery) return;
    this.#spokenQuery = query;
    this.#spoken.textContent = text;
  }

  #drawGraph(matches: Matcher | undefined): void {
    const { state, view, place } = this.shown();
    const { canvas } = this.parts;
    this.#scene = new Scene(view.tree, place.focus, state.orientation, canvas.width);
    const { rectangles } = this.#scene;
    const pointed = this.#pointed;
    this.#pointed = pointed && rectangles.find((each) => isSame(each, pointed));
    const lit = place.function;
    canvas.draw(this.#scene, {
      matches,
      isFunction: (node) => lit !== undefined && isFunction(view.tree, node, lit),
      selected: this.selected,
    });
  }

  #drawPane(matches: Matcher | undefined): void {
    const { state, view, place } = this.shown();
    const { function: selected } = place;
    if (state.pane === 'functions') {
      const passes = (frame: InternedFrame): boolean => matches === undefined || matches(frame);
      this.parts.functions.show(view.functions, state.sorting, passes, selected);
    } else if (state.pane === 'neighbours') {
      const none = { callers: [], callees: [] };
      this.parts.neighbours.show(
        selected && view.functions.of(selected),
        selected ? view.neighbours(selected) : none,
      );
    }
  }

  #explainEmptiness(): void {
    const { state, view, info } = this.shown();
    const reason = whyEmpty(view.tree.total(ROOT), state, info.recording);
    if (reason === undefined) this.#message.hidden = true;
    else this.explain(reason);
  }

  #describe(rectangle: Rectangle | undefined): string {
    const described = rectangle ? this.#scene?.describe(rectangle) : this.#describeFunction();
    return described ? describe(described, this.shown().view.tree.total(ROOT)) : HINT;
  }

  #describeFunction(): Described | undefined {
    const { view, place } = this.shown();
    const row = place.function && view.functions.of(place.function);
    if (!row) return undefined;
    const { frame, self, total } = row;
    const { name, module, kind } = frame;
    return { name: bounded(name, 1_000), module: bounded(module, 1_000), kind, count: total, self };
  }
}

/** In the picture of another moment. */
function isSame(a: Rectangle, b: Rectangle): boolean {
  return a.node === b.node && (a.kind === 'other') === (b.kind === 'other');
}
