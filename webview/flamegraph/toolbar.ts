/** The row of controls above the picture, and what they say. */
import type { Grouping } from '../../src/core/callTree';
import { button, checkbox, dropdown, element, searchField, setPressed } from './controls';
import type { Pane, PanelState } from './panelState';

export interface ToolbarActions {
  readonly search: (query: string) => void;
  readonly searchKey: (event: KeyboardEvent) => void;
  readonly group: (grouping: Grouping) => void;
  readonly turn: () => void;
  readonly togglePane: (pane: Pane) => void;
  readonly anomaliesOnly: (only: boolean) => void;
  readonly save: () => void;
  readonly openInSpeedscope: () => void;
  readonly togglePause: () => void;
}

const GROUPINGS: Readonly<Record<Grouping, string>> = {
  thread: 'Split by thread',
  process: 'Split by process',
  none: 'Merged by function',
};

export class Toolbar {
  readonly search;
  readonly #grouping;
  readonly #anomalies;
  readonly #turn: HTMLElement;
  readonly #functions: HTMLElement;
  readonly #neighbours: HTMLElement;
  readonly #matched = element('span', { class: 'matched' });
  readonly #pause: HTMLElement;
  readonly element: HTMLElement;

  constructor(actions: ToolbarActions) {
    this.search = searchField('Search functions and files', actions.search, actions.searchKey);
    this.#grouping = dropdown('How stacks are merged', GROUPINGS, (value) =>
      actions.group(value as Grouping),
    );
    this.#turn = button('Flame', { title: 'Root below or above (I)' }, actions.turn);
    this.#functions = button('Table', { title: 'Functions as a table (T)' }, () =>
      actions.togglePane('functions'),
    );
    this.#neighbours = button('Callers', { title: 'Callers and callees of a function (C)' }, () =>
      actions.togglePane('neighbours'),
    );
    this.#anomalies = checkbox('Anomalies only', 'Only stacks labelled as unusual', (only) =>
      actions.anomaliesOnly(only),
    );
    this.#pause = button('Pause', { title: 'Pause or go on (P)' }, actions.togglePause);
    this.element = element(
      'div',
      { class: 'toolbar', role: 'toolbar', 'aria-label': 'Flame graph' },
      this.search.element,
      this.#matched,
      this.#grouping.element,
      this.#turn,
      this.#functions,
      this.#neighbours,
      this.#anomalies.element,
      button('SVG', { title: 'Save this picture as SVG (Ctrl+S)' }, actions.save),
      button('speedscope', { title: 'Open in speedscope: time order, sandwich' }, () =>
        actions.openInSpeedscope(),
      ),
      element('span', { class: 'space' }),
      this.#pause,
    );
  }

  show(state: PanelState, anomalous: number): void {
    this.#grouping.value = state.grouping;
    if (this.search.value !== state.query) this.search.value = state.query;
    this.#turn.textContent = state.orientation === 'icicle' ? 'Flame' : 'Icicle';
    setPressed(this.#functions, state.pane === 'functions');
    setPressed(this.#neighbours, state.pane === 'neighbours');
    this.#anomalies.checked = state.anomaliesOnly;
    this.#anomalies.element.hidden = anomalous === 0 && !state.anomaliesOnly;
  }

  showMatched(text: string): void {
    this.#matched.textContent = text;
  }

  /** @param behind seconds that wait, undefined when nothing does; @param live there is more to come */
  showPause(behind: number | undefined, live: boolean): void {
    this.#pause.hidden = !live;
    const paused = behind !== undefined;
    this.#pause.classList.toggle('badge', paused);
    this.#pause.setAttribute('appearance', paused ? 'primary' : 'secondary');
    this.#pause.textContent = paused ? `Paused, ${behind} s behind · Resume` : 'Pause';
  }
}
