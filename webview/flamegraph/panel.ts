/**
 * The flame graph tab: does what the reader and the extension ask for, and never takes the reader's
 * place away.
 *
 *   Feed (the data) -> StackView (the part that is shown) -> Display (the page)
 */
import { ROOT } from '../../src/core/callTree';
import type { InternedFrame } from '../../src/core/frame';
import { printable } from '../../src/core/printable';
import { parseRowId } from '../../src/core/rowId';
import type { Rectangle } from '../../src/flamegraph/layout';
import { nodeAt, placeOf } from '../../src/flamegraph/live/place';
import { isFunction, StackView } from '../../src/flamegraph/live/stackView';
import {
  actionOf,
  type FieldAction,
  type GraphAction,
  type PageAction,
} from '../../src/flamegraph/navigation/keys';
import {
  choose,
  move,
  zoomTo,
  type Move,
  type Position,
} from '../../src/flamegraph/navigation/position';
import type { FromPage, ToPage } from '../../src/messages/panelMessages';
import { renderSvg } from '../../src/flamegraph/svg';
import type { PictureInfo } from '../../src/flamegraph/wording';
import { Breadcrumb } from './breadcrumb';
import { GraphCanvas } from './canvas';
import { button } from './controls';
import { Display, type Parts, type Shown } from './display';
import { Feed } from './feed';
import { FunctionList } from './functionList';
import { UpdatePause } from './updatePause';
import { NeighbourLists } from './neighbourLists';
import { copyRequest, functionMenu, goToRequest, menuOf, rowOf, rowTitle } from './nodeNames';
import { startingState, type Pane, type PanelState, type VsCode } from './panelState';
import { update, type PanelAction, type PanelEffect } from './panelUpdate';
import { ReaderPlace } from './readerPlace';
import { Splitter } from './splitter';
import { onThemeChange } from './theme';
import { Toolbar } from './toolbar';

export class Panel {
  #state: PanelState;
  #view: StackView;
  readonly #place = new ReaderPlace();
  readonly #pause = new UpdatePause(() => this.#feed.pull());
  readonly #feed = new Feed({
    post: (message) => this.#post(message),
    restart: () => this.#do({ type: 'source', file: this.#state.source.file }),
    changed: (changes) => this.#place.follow(this.#view.add(changes, this.#place.nodes)),
    complete: (first) => this.#complete(first),
    held: () => this.#pause.active,
  });
  readonly #parts: Parts;
  readonly #display: Display;

  constructor(private readonly vscode: VsCode) {
    this.#state = startingState(vscode, document.body.dataset);
    this.#view = new StackView(this.#feed.store);
    this.#parts = this.#makeParts();
    this.#display = new Display(this.#parts, () => this.#shown());
    this.#display.applyState();
    this.#listen();
  }

  receive(message: ToPage): void {
    switch (message.type) {
      case 'source':
        return this.#do({ type: 'source', file: message.source.file });
      case 'tick':
        this.#feed.tick(message.seconds);
        return this.#pause.active ? this.#display.showPause() : undefined;
      case 'notice':
        return this.#display.notice(message.text);
      case 'chunk':
        return this.#feed.take(message);
      case 'problem':
        return this.#failed(message);
      case 'narrow':
        return this.#do({ type: 'narrow', row: message.row, loading: this.#feed.loading });
    }
  }

  #makeParts(): Parts {
    return {
      toolbar: new Toolbar({
        search: (query) => this.#do({ type: 'search', query }),
        searchKey: (event) => this.#searchKey(event),
        group: (grouping) => this.#do({ type: 'group', grouping }),
        turn: () => this.#do({ type: 'turn' }),
        togglePane: (pane) => this.#do({ type: 'togglePane', pane }),
        anomaliesOnly: (anomaliesOnly) => this.#do({ type: 'anomaliesOnly', anomaliesOnly }),
        save: () => this.#save(),
        openInSpeedscope: () => this.#post({ type: 'openInSpeedscope' }),
        togglePause: () => this.#togglePause(),
      }),
      breadcrumb: new Breadcrumb({
        zoom: (node) => this.#moveTo(zoomTo(this.#position, node)),
        showAll: () => this.#post({ type: 'narrow', row: '' }),
      }),
      canvas: new GraphCanvas({
        choose: (rectangle) => this.#chooseRectangle(rectangle),
        point: (rectangle) => this.#display.point(rectangle),
        menu: (rectangle) => menuOf(this.#view.tree, rectangle),
        moved: () => this.#pause.touch(),
      }),
      functions: new FunctionList({
        select: (frame) => this.#selectFunction(frame),
        open: (frame) => this.#zoom(this.#view.largestOf(frame)),
        sort: (sorting) => this.#do({ type: 'sort', sorting }),
        menu: (frame) => functionMenu(frame.name),
        moved: () => this.#pause.touch(),
      }),
      neighbours: new NeighbourLists(
        (frame) => this.#selectFunction(frame),
        () => this.#pause.touch(),
      ),
      splitter: new Splitter((percent) => this.#do({ type: 'resizePane', percent })),
    };
  }

  #listen(): void {
    const { canvas } = this.#parts;
    document.addEventListener('keydown', (event) => this.#key(event));
    // What is pressed must be there when it is let go.
    document.addEventListener('pointerdown', () => this.#pause.touch(), { capture: true });
    canvas.element.addEventListener('keydown', (event) => this.#graphKey(event));
    new ResizeObserver(() => this.#display.drawSoon()).observe(canvas.element);
    onThemeChange(() => {
      canvas.useTheme();
      this.#display.drawSoon();
    });
  }

  #shown(): Shown {
    const { store, info, loading, behind } = this.#feed;
    return {
      ...{ state: this.#state, store, view: this.#view, place: this.#place, info, loading },
      behind: this.#pause.isPaused(behind) ? behind : undefined,
    };
  }

  // Data

  #load(): void {
    this.#feed.forget();
    this.#view = new StackView(this.#feed.store, { ...this.#view.choice, row: '' });
    this.#place.forget();
    this.#pause.resume();
    this.#display.applyState();
    this.#display.explain('Loading…');
    this.#feed.load();
  }

  /** @param first everything is here: back to where the reader was before a reload */
  #complete(first: boolean): void {
    if (first) {
      const { row, grouping, anomaliesOnly, focus } = this.#state;
      this.#view.choose({ row, grouping, anomaliesOnly });
      this.#place.focus = nodeAt(this.#view.tree, focus);
      this.#display.draw();
      this.#scrollToRoot();
    }
    this.#display.drawSoon();
  }

  /** What is drawn stays: an engine that is gone takes no stacks away. */
  #failed(message: ToPage & { type: 'problem' }): void {
    const isEmpty = this.#feed.fail(message);
    // No drawing follows, which else takes away the badge of a hold that is over.
    this.#display.showPause();
    if (!isEmpty) return;
    const { kind, text } = message;
    this.#display.explain(text, ...(kind === 'nothingRecorded' ? this.#offers() : []));
  }

  #offers(): HTMLElement[] {
    return [
      button('Start Stack Count', { title: 'Record stacks', primary: true }, () =>
        this.#post({ type: 'start' }),
      ),
      button('Open Saved Stacks…', { title: 'A stack_count.log of an earlier time' }, () =>
        this.#post({ type: 'openFile' }),
      ),
    ];
  }

  // What the reader does

  get #position(): Position {
    const { focus, selected } = this.#place;
    const { query, row } = this.#state;
    return { focus, selected, query, narrowed: row !== '' };
  }

  #move(how: Move): void {
    const drawing = {
      tree: this.#view.tree,
      rectangles: this.#display.scene?.rectangles ?? [],
      orientation: this.#state.orientation,
    };
    this.#moveTo(move(this.#position, how, drawing));
  }

  /** Shows what is new at the next position. */
  #moveTo(next: Position): void {
    const before = this.#position;
    this.#pause.touch();
    if (next.query !== before.query) this.#do({ type: 'search', query: next.query });
    if (next.selected !== before.selected) this.#select(next.selected);
    if (next.focus !== before.focus) this.#zoom(next.focus);
    if (before.narrowed && !next.narrowed) this.#post({ type: 'narrow', row: '' });
  }

  #chooseRectangle(rectangle: Rectangle): void {
    this.#parts.canvas.element.focus({ preventScroll: true });
    this.#moveTo(choose(this.#position, rectangle));
    this.#reveal(rectangle.node);
  }

  #select(selected: Position['selected']): void {
    this.#place.selected = selected;
    if (selected) this.#place.function = this.#frameAt(selected.node) ?? this.#place.function;
    this.#display.showDetails();
    this.#display.speakSelection();
    this.#display.drawSoon();
    this.#display.showSelected();
  }

  #selectFunction(frame: InternedFrame): void {
    this.#pause.touch();
    this.#place.function = frame;
    this.#place.selected = undefined;
    this.#display.draw();
    this.#display.speakSelection();
    const node = this.#view.largestOf(frame);
    if (node !== ROOT) this.#display.scrollTo(node);
    this.#parts.functions.showSelected();
  }

  /** The frame that a node stands for, from one of its stacks. */
  #frameAt(node: number): InternedFrame | undefined {
    const { tree } = this.#view;
    return this.#view
      .heaviestThrough(node)
      ?.stack.frames.find((frame) => isFunction(tree, node, frame));
  }

  /** The same frame, or the process or thread, in the Processes view. */
  #reveal(node: number): void {
    const row = rowOf(this.#view, node);
    if (row !== undefined) this.#post({ type: 'reveal', row });
  }

  #zoom(node: number): void {
    this.#pause.touch();
    this.#place.focus = node;
    this.#set({ focus: placeOf(this.#view.tree, node) });
    this.#display.draw();
    this.#display.scrollTo(node);
  }

  #searchKey(event: KeyboardEvent): void {
    if (actionOf(event, 'field') !== 'endSearch') return;
    event.stopPropagation();
    this.#endSearch();
  }

  #endSearch(): void {
    this.#move('endSearch');
    this.#parts.canvas.element.focus();
  }

  /** To the root of this row alone, and its function where it is a frame. */
  #enterRow(id: string): void {
    this.#place.focus = ROOT;
    this.#place.selected = undefined;
    const row = parseRowId(id);
    if (row?.kind !== 'frame') return;
    const stack = this.#feed.store.stack(row.stack);
    if (stack) this.#place.function = stack.frames[row.frame];
  }

  #rebuild(): void {
    const { row, grouping, anomaliesOnly } = this.#state;
    const choice = { row, grouping, anomaliesOnly };
    this.#place.follow(this.#view.choose(choice, this.#place.nodes));
    this.#set({ focus: placeOf(this.#view.tree, this.#place.focus) });
  }

  #scrollToRoot(): void {
    this.#parts.canvas.scrollToRoot(this.#state.orientation === 'flame');
  }

  #focusPane(pane: Pane): void {
    if (pane === 'functions') this.#parts.functions.element.focus();
    if (pane === 'neighbours') this.#parts.neighbours.element.focus();
    if (pane === 'none') this.#leavePane();
  }

  /** The keyboard was in what is gone now, unless it pressed the button. */
  #leavePane(): void {
    const { toolbar, canvas } = this.#parts;
    if (toolbar.element.contains(document.activeElement)) return;
    canvas.element.focus({ preventScroll: true });
  }

  #togglePause(): void {
    this.#pause.togglePause(this.#feed.behind);
    this.#display.showPause();
  }

  #save(): void {
    const { orientation } = this.#state;
    const { focus } = this.#place;
    const tree = focus === ROOT ? this.#view.tree : this.#view.through(focus);
    this.#post({ type: 'save', svg: renderSvg(tree, { info: this.#pictureInfo(), orientation }) });
  }

  #pictureInfo(): PictureInfo {
    const { focus } = this.#place;
    const focused = focus === ROOT ? '' : this.#view.tree.info(focus).name;
    const title = rowTitle(this.#feed.store, this.#state.row);
    const scope = [title, printable(focused)].filter(Boolean).join(', ');
    const { picture } = this.#feed.info;
    return scope === '' ? picture : { ...picture, what: `${picture.what}: ${scope}` };
  }

  #key(event: KeyboardEvent): void {
    // A control took it: Escape that closes a list is no step back.
    if (event.defaultPrevented) return;
    const action = isTyping(event) ? actionOf(event, 'field') : actionOf(event, 'page');
    // Enter in the search field does nothing here: every match is lit up.
    if (action === undefined || action === 'nextMatch') return;
    this.#obey(action);
    event.preventDefault();
  }

  #obey(action: PageAction | Exclude<FieldAction, 'nextMatch'>): void {
    switch (action) {
      case 'search':
        return this.#parts.toolbar.search.focus();
      case 'save':
        return this.#save();
      case 'pause':
        return this.#togglePause();
      case 'turn':
        return this.#do({ type: 'turn' });
      case 'back':
        return this.#move('back');
      case 'endSearch':
        return this.#endSearch();
      case 'functions':
      case 'neighbours':
        return this.#do({ type: 'togglePane', pane: action });
    }
  }

  #graphKey(event: KeyboardEvent): void {
    const action = actionOf(event, 'graph');
    const from = this.#display.selected ?? this.#display.scene?.root;
    if (action === undefined || !from) return;
    this.#obeyAt(from, action);
    event.preventDefault();
    event.stopPropagation();
  }

  #obeyAt(from: Rectangle, action: GraphAction): void {
    switch (action) {
      case 'choose':
        return this.#chooseRectangle(from);
      case 'goTo':
        return this.#postIf(goToRequest(this.#view.tree, from));
      case 'copy':
        return this.#postIf(copyRequest(this.#view.tree, from));
      case 'menu':
        return this.#parts.canvas.openMenu(from);
      case 'home':
        // The root comes into sight again, even if it was never left.
        return this.#zoom(ROOT);
      default:
        return this.#move(action);
    }
  }

  #postIf(message: FromPage | undefined): void {
    if (message) this.#post(message);
  }

  #do(action: PanelAction): void {
    const { state, effects } = update(this.#state, action);
    if (state !== this.#state) this.#set(state);
    for (const effect of effects) this.#carryOut(effect);
  }

  #carryOut(effect: PanelEffect): void {
    switch (effect.type) {
      case 'load':
        return this.#load();
      case 'hold':
        return this.#pause.touch();
      case 'enterRow':
        return this.#enterRow(effect.row);
      case 'rebuild':
        return this.#rebuild();
      case 'draw':
        return this.#display.draw();
      case 'scrollToRoot':
        return this.#scrollToRoot();
      case 'focusPane':
        return this.#focusPane(effect.pane);
      case 'post':
        return this.#post(effect.message);
    }
  }

  #set(change: Partial<PanelState>): void {
    this.#state = { ...this.#state, ...change };
    this.vscode.setState(this.#state);
    this.#display.applyState();
    this.#display.drawSoon();
  }

  #post(message: FromPage): void {
    this.vscode.postMessage(message);
  }
}

/** Letters typed into a field are no actions. */
function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
}
