/**
 * The flame graph tab: does what the reader and the extension ask for, and never takes the reader's
 * place away.
 *
 *   Feed (the data) -> StackView (the part that is shown) -> Display (the page)
 */
import { ROOT, type Grouping } from '../src/core/callTree';
import type { InternedFrame } from '../src/core/frame';
import { printable } from '../src/core/printable';
import type { Rectangle } from '../src/flamegraph/layout';
import { nodeAt, placeOf } from '../src/flamegraph/live/place';
import { frameIndexOf, scopeOf } from '../src/flamegraph/live/scope';
import { isFunction, StackView } from '../src/flamegraph/live/stackView';
import type { FromPage, ToPage } from '../src/messages/panelMessages';
import { renderSvg } from '../src/flamegraph/svg';
import { readTaste } from '../src/flamegraph/taste';
import { LEVELS, type PictureInfo } from '../src/flamegraph/wording';
import { Breadcrumb } from './breadcrumb';
import { GraphCanvas } from './canvas';
import { button } from './controls';
import { Display, type Parts, type Shown } from './display';
import { Feed } from './feed';
import { FunctionList } from './functionList';
import { Hold } from './hold';
import { graphCommand, pageCommand, type GraphCommand, type PageCommand } from './keys';
import { NeighbourLists } from './neighbourLists';
import { functionMenu, menuOf, rowOf, rowTitle } from './nodeNames';
import { startingState, type Pane, type PanelState, type VsCode } from './panelState';
import { ReaderPlace } from './readerPlace';
import type { ArrowKey } from './scene';
import { Splitter } from './splitter';
import { onThemeChange } from './theme';
import { Toolbar } from './toolbar';

export class Panel {
  #state: PanelState;
  #view: StackView;
  readonly #place = new ReaderPlace();
  readonly #hold = new Hold(() => this.#feed.pull());
  readonly #feed = new Feed({
    post: (message) => this.#post(message),
    restart: () => this.#begin(this.#state.source.file),
    changed: (changes) => this.#place.follow(this.#view.add(changes, this.#place.nodes)),
    complete: (first) => this.#complete(first),
    held: () => this.#hold.active,
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
        return this.#begin(message.source.file);
      case 'tick':
        this.#feed.tick(message.seconds);
        return this.#hold.active ? this.#display.showPause() : undefined;
      case 'notice':
        return this.#display.notice(message.text);
      case 'chunk':
        return this.#feed.take(message);
      case 'problem':
        return this.#failed(message);
      case 'narrow':
        return this.#narrow(message.row);
    }
  }

  #makeParts(): Parts {
    return {
      toolbar: new Toolbar({
        search: (query) => this.#search(query),
        searchKey: (event) => this.#searchKey(event),
        group: (grouping) => this.#group(grouping),
        turn: () => this.#turn(),
        togglePane: (pane) => this.#togglePane(pane),
        anomaliesOnly: (anomaliesOnly) => this.#choose({ anomaliesOnly }),
        save: () => this.#save(),
        openInSpeedscope: () => this.#post({ type: 'openInSpeedscope' }),
        togglePause: () => this.#togglePause(),
      }),
      breadcrumb: new Breadcrumb({
        zoom: (node) => this.#zoom(node),
        showAll: () => this.#post({ type: 'narrow', row: '' }),
      }),
      canvas: new GraphCanvas({
        choose: (rectangle) => this.#chooseRectangle(rectangle),
        point: (rectangle) => this.#display.point(rectangle),
        menu: (rectangle) => menuOf(this.#view.tree, rectangle),
        moved: () => this.#hold.touch(),
      }),
      functions: new FunctionList({
        select: (frame) => this.#selectFunction(frame),
        open: (frame) => this.#zoom(this.#view.largestOf(frame)),
        sort: (sorting) => this.#set({ sorting }),
        menu: (frame) => functionMenu(frame.name),
        moved: () => this.#hold.touch(),
      }),
      neighbours: new NeighbourLists(
        (frame) => this.#selectFunction(frame),
        () => this.#hold.touch(),
      ),
      splitter: new Splitter((percent) => this.#set({ paneHeight: percent })),
    };
  }

  #listen(): void {
    const { canvas } = this.#parts;
    document.addEventListener('keydown', (event) => this.#key(event));
    // What is pressed must be there when it is let go.
    document.addEventListener('pointerdown', () => this.#hold.touch(), { capture: true });
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
      behind: this.#isPaused ? behind : undefined,
    };
  }

  // Data

  #begin(file: string | undefined): void {
    const same = file === this.#state.source.file;
    this.#feed.forget();
    this.#view = new StackView(this.#feed.store, { ...this.#view.choice, row: '' });
    this.#place.forget();
    this.#hold.resume();
    // The zoom is kept by name: the file of a recording has the same functions. Rows are numbers.
    this.#set({ source: file === undefined ? {} : { file }, ...(same ? {} : { row: '' }) });
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
    const nothing = this.#feed.fail(message);
    // No drawing follows, which else takes away the badge of a hold that is over.
    this.#display.showPause();
    if (!nothing) return;
    const { text } = message;
    this.#display.explain(
      text,
      ...(text.startsWith('Nothing has been recorded') ? this.#offers() : []),
    );
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

  #chooseRectangle(rectangle: Rectangle): void {
    this.#hold.touch();
    this.#parts.canvas.element.focus({ preventScroll: true });
    this.#select(rectangle);
    if (rectangle.kind !== 'other') this.#zoom(rectangle.node);
    this.#reveal(rectangle.node);
  }

  #select(rectangle: Rectangle): void {
    const { node, kind } = rectangle;
    this.#place.selected = { node, other: kind === 'other' };
    this.#place.function = this.#frameAt(node) ?? this.#place.function;
    this.#display.showDetails();
    this.#display.speakSelection();
  }

  #selectFunction(frame: InternedFrame): void {
    this.#hold.touch();
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
    this.#hold.touch();
    this.#place.focus = node;
    this.#set({ focus: placeOf(this.#view.tree, node) });
    this.#display.draw();
    this.#display.scrollTo(node);
  }

  #search(query: string): void {
    this.#hold.touch();
    this.#set({ query });
  }

  #searchKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    this.#search('');
    this.#parts.canvas.element.focus();
  }

  #group(grouping: Grouping): void {
    if (grouping === this.#state.grouping) return;
    this.#choose({ grouping });
    this.#tellTaste();
  }

  /** From the Processes view: this row alone. */
  #narrow(row: string): void {
    if (this.#feed.loading) {
      if (row !== this.#state.row) this.#set({ row, focus: [] });
      return;
    }
    this.#place.focus = ROOT;
    this.#place.selected = undefined;
    const depth = frameIndexOf(row);
    const stack = this.#feed.store.stack(scopeOf(row).stack ?? -1);
    if (stack && depth !== undefined) this.#place.function = stack.frames[depth];
    this.#choose({ row, focus: [] });
  }

  #choose(change: Partial<Pick<PanelState, 'row' | 'grouping' | 'anomaliesOnly' | 'focus'>>): void {
    this.#hold.touch();
    this.#state = { ...this.#state, ...change };
    const { row, grouping, anomaliesOnly } = this.#state;
    const choice = { row, grouping, anomaliesOnly };
    this.#place.follow(this.#view.choose(choice, this.#place.nodes));
    this.#set({ focus: placeOf(this.#view.tree, this.#place.focus) });
  }

  #turn(): void {
    const orientation = this.#state.orientation === 'icicle' ? 'flame' : 'icicle';
    this.#set({ orientation });
    this.#tellTaste();
    this.#display.draw();
    this.#scrollToRoot();
  }

  #tellTaste(): void {
    this.#post({ type: 'taste', taste: readTaste(this.#state) });
  }

  #scrollToRoot(): void {
    this.#parts.canvas.scrollToRoot(this.#state.orientation === 'flame');
  }

  #togglePane(pane: Pane): void {
    this.#set({ pane: this.#state.pane === pane ? 'none' : pane });
    // The next key is for the rows, and may come before the next frame.
    this.#display.draw();
    if (this.#state.pane === 'functions') this.#parts.functions.element.focus();
    if (this.#state.pane === 'neighbours') this.#parts.neighbours.element.focus();
    if (this.#state.pane === 'none') this.#leavePane();
  }

  /** The keyboard was in what is gone now, unless it pressed the button. */
  #leavePane(): void {
    const { toolbar, canvas } = this.#parts;
    if (toolbar.element.contains(document.activeElement)) return;
    canvas.element.focus({ preventScroll: true });
  }

  /** Does what the button says: it says Resume as soon as something waits. */
  #togglePause(): void {
    if (this.#isPaused) this.#hold.resume();
    else this.#hold.keep();
    this.#display.showPause();
  }

  get #isPaused(): boolean {
    return this.#hold.kept || (this.#hold.active && this.#feed.behind > 0);
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

  /** One step back: out of the search, out of the zoom, back to everything. */
  #back(): void {
    const { focus } = this.#place;
    if (this.#state.query !== '') return this.#search('');
    if (focus !== ROOT) return this.#zoom(this.#view.tree.parent(focus));
    if (this.#state.row !== '') this.#post({ type: 'narrow', row: '' });
  }

  #key(event: KeyboardEvent): void {
    const command = pageCommand(event);
    if (command === undefined) return;
    this.#obey(command);
    event.preventDefault();
  }

  #obey(command: PageCommand): void {
    switch (command) {
      case 'search':
        return this.#parts.toolbar.search.focus();
      case 'save':
        return this.#save();
      case 'pause':
        return this.#togglePause();
      case 'turn':
        return this.#turn();
      case 'back':
        return this.#back();
      case 'functions':
      case 'neighbours':
        return this.#togglePane(command);
    }
  }

  #graphKey(event: KeyboardEvent): void {
    const command = graphCommand(event);
    const from = this.#display.selected ?? this.#display.scene?.root;
    if (command === undefined || !from) return;
    this.#obeyAt(from, command);
    event.preventDefault();
    event.stopPropagation();
  }

  #obeyAt(from: Rectangle, command: GraphCommand): void {
    switch (command) {
      case 'choose':
        return this.#chooseRectangle(from);
      case 'goTo':
        return this.#goTo(from);
      case 'copy':
        return this.#copy(from);
      case 'menu':
        return this.#parts.canvas.openMenu(from);
      case 'home':
        return this.#zoom(ROOT);
      default:
        return this.#step(from, command);
    }
  }

  #step(from: Rectangle, key: ArrowKey): void {
    this.#hold.touch();
    const { scene } = this.#display;
    const first = this.#place.selected === undefined && scene?.find(this.#place.focus);
    const to = first || scene?.neighbour(from, key) || from;
    this.#select(to);
    this.#display.drawSoon();
    this.#parts.canvas.show(to);
  }

  #goTo({ node, kind }: Rectangle): void {
    const { kind: level, name } = this.#view.tree.info(node);
    if (kind === 'other' || LEVELS.has(level)) return;
    this.#post({ type: 'goToFunction', name });
  }

  #copy({ node, kind }: Rectangle): void {
    if (kind === 'other') return;
    const { name } = this.#view.tree.info(node);
    this.#post({ type: 'copy', text: printable(name), what: 'the name' });
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
