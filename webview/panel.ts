/**
 * The flame graph tab: keeps a copy of the recording up to date, and draws it without ever taking
 * the reader's place away.
 */
import { ROOT, type Grouping, type NodeInfo } from '../src/core/callTree';
import type { InternedFrame } from '../src/core/frame';
import { printable } from '../src/core/printable';
import type { Rectangle } from '../src/flamegraph/layout';
import { nodeAt, placeOf } from '../src/flamegraph/live/place';
import { frameIndexOf, scopeOf } from '../src/flamegraph/live/scope';
import { matchedSamples, matcherOf } from '../src/flamegraph/live/searchTree';
import { StackStore, type Entry } from '../src/flamegraph/live/stackStore';
import { isFunction, StackView } from '../src/flamegraph/live/stackView';
import type { FromPage, PanelInfo, ToPage } from '../src/flamegraph/panelMessages';
import { bounded } from '../src/flamegraph/pictureData';
import { renderSvg } from '../src/flamegraph/svg';
import {
  describe,
  describeRecording,
  type Described,
  formatShare,
  pictureTitle,
  type PictureInfo,
} from '../src/flamegraph/wording';
import { Breadcrumb } from './breadcrumb';
import { GraphCanvas } from './canvas';
import { button, element } from './controls';
import { FunctionList } from './functionList';
import { Hold } from './hold';
import { NeighbourLists } from './neighbourLists';
import { storedState, type Pane, type PanelState, type VsCode } from './panelState';
import { Scene, type ArrowKey } from './scene';
import { Splitter } from './splitter';
import { onThemeChange } from './theme';
import { Toolbar } from './toolbar';

const NO_INFO: PanelInfo = { picture: { what: '' }, seconds: 0, recording: false };
const HINT = 'Click or Enter: zoom in · Escape: zoom out · Ctrl+F: search · T: table';

export class Panel {
  #store = new StackStore();
  #view = new StackView(this.#store);
  #state: PanelState;
  #info = NO_INFO;
  /** Seconds of the recording that there are, shown or not. */
  #latest = 0;
  /** Answers to questions of an earlier one are dropped. */
  #epoch = 0;
  #pulling = false;
  /** A tick came while an answer was under way, which may not hold all of it. */
  #pullAgain = false;
  /** The first load is not complete: what was chosen before can not be found yet. */
  #loading = true;
  #focus = ROOT;
  #selected: { readonly node: number; readonly other: boolean } | undefined;
  #function: InternedFrame | undefined;
  #scene: Scene | undefined;
  /** Under the mouse. */
  #pointed: Rectangle | undefined;
  #frameRequested = false;

  readonly #hold = new Hold(() => this.#pull());
  readonly #toolbar: Toolbar;
  readonly #breadcrumb = new Breadcrumb({
    zoom: (node) => this.#zoom(node),
    showAll: () => this.#post({ type: 'narrow', row: '' }),
  });
  readonly #title = element('h1', {});
  /** No live region: what changes every second would be read out every second. */
  readonly #numbers = element('span', { class: 'muted' });
  readonly #message = element('div', { class: 'message', role: 'status', hidden: '' });
  readonly #details = element('div', { class: 'details', role: 'status' }, HINT);
  readonly #canvas: GraphCanvas;
  readonly #functions: FunctionList;
  readonly #neighbours = new NeighbourLists((frame) => this.#selectFunction(frame));
  readonly #splitter = new Splitter((percent) => this.#set({ paneHeight: percent }));
  readonly #pane = element('div', { class: 'pane' });

  constructor(private readonly vscode: VsCode) {
    this.#state = storedState(vscode);
    this.#toolbar = new Toolbar({
      search: (query) => this.#search(query),
      searchKey: (event) => this.#searchKey(event),
      group: (grouping) => this.#group(grouping),
      turn: () => this.#turn(),
      togglePane: (pane) => this.#togglePane(pane),
      anomaliesOnly: (anomaliesOnly) => this.#choose({ anomaliesOnly }),
      save: () => this.#save(),
      openInSpeedscope: () => this.#post({ type: 'openInSpeedscope' }),
      togglePause: () => this.#togglePause(),
    });
    this.#canvas = new GraphCanvas({
      choose: (rectangle) => this.#chooseRectangle(rectangle),
      point: (rectangle) => this.#point(rectangle),
      menu: (rectangle) => this.#menuOf(rectangle),
      moved: () => this.#hold.touch(),
    });
    this.#functions = new FunctionList({
      select: (frame) => this.#selectFunction(frame),
      open: (frame) => this.#zoom(this.#view.largestOf(frame)),
      sort: (sorting) => this.#set({ sorting }),
      menu: (frame) => functionMenu(frame.name),
    });
    this.#build();
    this.#listen();
  }

  receive(message: ToPage): void {
    switch (message.type) {
      case 'source':
        return this.#begin(message.source.file);
      case 'tick':
        this.#latest = message.seconds;
        return this.#hold.active ? this.#showPause() : this.#pull();
      case 'chunk':
        return this.#take(message);
      case 'problem':
        return this.#failed(message);
      case 'narrow':
        return this.#narrow(message.row);
    }
  }

  #build(): void {
    const head = element('header', {}, this.#title, this.#numbers);
    const graph = element('div', { class: 'graph-holder' }, this.#message, this.#canvas.element);
    const main = element('main', {}, graph, this.#splitter.element, this.#pane);
    document.body.append(
      head,
      this.#toolbar.element,
      this.#breadcrumb.element,
      main,
      this.#details,
    );
    this.#applyState();
  }

  #listen(): void {
    document.addEventListener('keydown', (event) => this.#key(event));
    // What is pressed must be there when it is let go.
    document.addEventListener('pointerdown', () => this.#hold.touch(), { capture: true });
    this.#canvas.element.addEventListener('keydown', (event) => this.#canvasKey(event));
    new ResizeObserver(() => this.#drawSoon()).observe(this.#canvas.element);
    onThemeChange(() => {
      this.#canvas.useTheme();
      this.#drawSoon();
    });
  }

  // Data

  #begin(file: string | undefined): void {
    const same = file === this.#state.source.file;
    this.#epoch++;
    this.#store = new StackStore();
    this.#view = new StackView(this.#store, { ...this.#view.choice, row: '' });
    this.#focus = ROOT;
    this.#selected = undefined;
    this.#function = undefined;
    this.#info = NO_INFO;
    this.#latest = 0;
    this.#loading = true;
    this.#pulling = false;
    this.#hold.resume();
    // The zoom is kept by name: the file of a recording has the same functions. Rows are numbers.
    this.#set({ source: file === undefined ? {} : { file }, ...(same ? {} : { row: '' }) });
    this.#explain('Loading…');
    this.#pull(true);
  }

  #pull(anew = false): void {
    if (!anew && (this.#pulling || this.#loading)) {
      this.#pullAgain = true;
      return;
    }
    this.#pulling = true;
    this.#pullAgain = false;
    this.#post({ type: 'pull', anew, epoch: this.#epoch });
  }

  /** What is drawn stays: an engine that is gone takes no stacks away. */
  #failed({ epoch, text }: ToPage & { type: 'problem' }): void {
    if (epoch !== this.#epoch) return;
    this.#pulling = false;
    if (this.#store.size === 0) this.#explain(text);
  }

  #take({ epoch, chunk, first, info }: ToPage & { type: 'chunk' }): void {
    if (epoch !== this.#epoch) return;
    if (first && this.#store.size > 0) return this.#begin(this.#state.source.file);
    this.#follow(() => this.#view.add(this.#store.apply(chunk), this.#places()));
    if (chunk.more) return this.#post({ type: 'pull', anew: false, epoch });
    this.#pulling = false;
    this.#info = info;
    this.#latest = Math.max(this.#latest, info.seconds);
    if (this.#loading) this.#restore();
    this.#drawSoon();
    if (this.#pullAgain && !this.#hold.active) this.#pull();
  }

  /** Everything is here: back to where the reader was before a reload. */
  #restore(): void {
    this.#loading = false;
    const { row, grouping, anomaliesOnly, focus } = this.#state;
    this.#view.choose({ row, grouping, anomaliesOnly });
    this.#focus = nodeAt(this.#view.tree, focus);
  }

  #places(): number[] {
    return [this.#focus, this.#selected?.node ?? ROOT];
  }

  /** After a change of the tree the same places have other numbers. */
  #follow(change: () => readonly number[]): void {
    const [focus = ROOT, selected = ROOT] = change();
    this.#focus = focus;
    if (this.#selected) this.#selected = { ...this.#selected, node: selected };
  }

  // What the reader does

  #point(rectangle: Rectangle | undefined): void {
    this.#pointed = rectangle;
    this.#showDetails();
  }

  #chooseRectangle(rectangle: Rectangle): void {
    this.#hold.touch();
    this.#canvas.element.focus({ preventScroll: true });
    this.#select(rectangle);
    if (rectangle.kind !== 'other') this.#zoom(rectangle.node);
    this.#reveal(rectangle.node);
  }

  #select(rectangle: Rectangle): void {
    const { node, kind } = rectangle;
    this.#selected = { node, other: kind === 'other' };
    this.#function = this.#frameAt(node) ?? this.#function;
    this.#showDetails();
  }

  #selectFunction(frame: InternedFrame): void {
    this.#hold.touch();
    this.#function = frame;
    this.#selected = undefined;
    this.#draw();
    const node = this.#view.largestOf(frame);
    const rectangle = this.#scene?.find(node);
    if (rectangle && node !== ROOT) this.#canvas.show(rectangle);
    this.#functions.showSelected();
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
    const row = this.#rowOf(node);
    if (row !== undefined) this.#post({ type: 'reveal', row });
  }

  #rowOf(node: number): string | undefined {
    const entry = this.#view.heaviestThrough(node);
    if (!entry || node === ROOT) return undefined;
    const { stack, tid } = entry;
    const { index, key } = stack.process;
    if (key === '') return undefined;
    const { kind } = this.#view.tree.info(node);
    if (kind === 'process') return `p/${index}`;
    if (kind === 'thread') return `t/${index}/${tid}`;
    return `f/${index}/${tid}/${stack.id}/${this.#depthOf(node, entry)}`;
  }

  /** Position from the leaf of the frame that a node stands for. */
  #depthOf(node: number, { stack }: Entry): number {
    const { tree } = this.#view;
    let fromRoot = -1;
    for (let at = node; at !== ROOT; at = tree.parent(at)) {
      const { kind } = tree.info(at);
      if (kind !== 'process' && kind !== 'thread') fromRoot++;
    }
    return stack.frames.length - 1 - fromRoot;
  }

  #zoom(node: number): void {
    this.#hold.touch();
    this.#focus = node;
    this.#set({ focus: placeOf(this.#view.tree, node) });
    this.#draw();
    const rectangle = this.#scene?.find(node);
    if (rectangle) this.#canvas.show(rectangle);
  }

  #search(query: string): void {
    this.#hold.touch();
    this.#set({ query });
  }

  #searchKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    this.#search('');
    this.#canvas.element.focus();
  }

  #group(grouping: Grouping): void {
    if (grouping !== this.#state.grouping) this.#choose({ grouping });
  }

  /** From the Processes view: this row alone. */
  #narrow(row: string): void {
    if (this.#loading) {
      if (row !== this.#state.row) this.#set({ row, focus: [] });
      return;
    }
    this.#focus = ROOT;
    this.#selected = undefined;
    const depth = frameIndexOf(row);
    const stack = this.#store.stack(scopeOf(row).stack ?? -1);
    if (stack && depth !== undefined) this.#function = stack.frames[depth];
    this.#choose({ row, focus: [] });
  }

  #choose(change: Partial<Pick<PanelState, 'row' | 'grouping' | 'anomaliesOnly' | 'focus'>>): void {
    this.#hold.touch();
    this.#state = { ...this.#state, ...change };
    const { row, grouping, anomaliesOnly } = this.#state;
    this.#follow(() => this.#view.choose({ row, grouping, anomaliesOnly }, this.#places()));
    this.#set({ focus: placeOf(this.#view.tree, this.#focus) });
  }

  #turn(): void {
    const orientation = this.#state.orientation === 'icicle' ? 'flame' : 'icicle';
    this.#set({ orientation });
    this.#draw();
    const graph = this.#canvas.element;
    graph.scrollTop = orientation === 'flame' ? graph.scrollHeight : 0;
  }

  #togglePane(pane: Pane): void {
    this.#set({ pane: this.#state.pane === pane ? 'none' : pane });
    if (this.#state.pane === 'functions') this.#functions.element.focus();
    if (this.#state.pane === 'neighbours') this.#neighbours.element.focus();
  }

  /** Does what the button says: it says Resume as soon as something waits. */
  #togglePause(): void {
    if (this.#isPaused) this.#hold.resume();
    else this.#hold.keep();
    this.#showPause();
  }

  get #behind(): number {
    return Math.max(0, Math.round(this.#latest - this.#info.seconds));
  }

  get #isPaused(): boolean {
    return this.#hold.kept || (this.#hold.active && this.#behind > 0);
  }

  #save(): void {
    const { orientation } = this.#state;
    const tree = this.#focus === ROOT ? this.#view.tree : this.#view.through(this.#focus);
    const svg = renderSvg(tree, { info: this.#pictureInfo(), orientation });
    this.#post({ type: 'save', svg });
  }

  #pictureInfo(): PictureInfo {
    const focused = this.#focus === ROOT ? '' : this.#view.tree.info(this.#focus).name;
    const scope = [this.#scopeTitle(), printable(focused)].filter(Boolean).join(', ');
    const { picture } = this.#info;
    return scope === '' ? picture : { ...picture, what: `${picture.what}: ${scope}` };
  }

  // Keys

  #key(event: KeyboardEvent): void {
    const { key, ctrlKey, metaKey, altKey } = event;
    // A control took it: Escape that closes a list is no step back.
    if (event.defaultPrevented) return;
    const command = (ctrlKey || metaKey) && !altKey;
    if (command && key === 'f') this.#toolbar.search.focus();
    else if (command && key === 's') this.#save();
    else if (command || altKey || isTyping(event)) return;
    else if (key === '/') this.#toolbar.search.focus();
    else if (key === 'p') this.#togglePause();
    else if (key === 't') this.#togglePane('functions');
    else if (key === 'c') this.#togglePane('neighbours');
    else if (key === 'i') this.#turn();
    else if (key === 'Escape') this.#escape();
    else return;
    event.preventDefault();
  }

  /** One step back: out of the search, out of the zoom, back to everything. */
  #escape(): void {
    if (this.#state.query !== '') return this.#search('');
    if (this.#focus !== ROOT) return this.#zoom(this.#view.tree.parent(this.#focus));
    if (this.#state.row !== '') this.#post({ type: 'narrow', row: '' });
  }

  #canvasKey(event: KeyboardEvent): void {
    const { key, ctrlKey, shiftKey } = event;
    const from = this.#selectedRectangle() ?? this.#scene?.root;
    if (!this.#scene || !from) return;
    if (/^Arrow(Up|Down|Left|Right)$/.test(key)) this.#step(from, key as ArrowKey);
    else if (key === 'Enter' && ctrlKey) this.#goTo(from);
    else if (key === 'Enter' || key === ' ') this.#chooseRectangle(from);
    else if (key === 'Home') this.#zoom(ROOT);
    else if (ctrlKey && key === 'c') this.#copy(from);
    else if (key === 'ContextMenu' || (shiftKey && key === 'F10')) this.#canvas.openMenu(from);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #step(from: Rectangle, key: ArrowKey): void {
    this.#hold.touch();
    const first = this.#selected === undefined && this.#scene?.find(this.#focus);
    const to = first || this.#scene?.neighbour(from, key) || from;
    this.#select(to);
    this.#drawSoon();
    this.#canvas.show(to);
  }

  #copy({ node, kind }: Rectangle): void {
    if (kind === 'other') return;
    const { name } = this.#view.tree.info(node);
    this.#post({ type: 'copy', text: printable(name), what: 'the name' });
  }

  #goTo({ node }: Rectangle): void {
    this.#post({ type: 'goToFunction', name: this.#view.tree.info(node).name });
  }

  #menuOf(rectangle: Rectangle | undefined): Readonly<Record<string, unknown>> {
    if (!rectangle || rectangle.kind === 'other' || rectangle.node === ROOT) return NO_MENU;
    const { tree } = this.#view;
    const path = placeNames(tree, rectangle.node);
    const folded = `${path.join(';')} ${tree.total(rectangle.node)}`;
    return { ...functionMenu(tree.info(rectangle.node).name), folded };
  }

  // Drawing

  #set(change: Partial<PanelState>): void {
    this.#state = { ...this.#state, ...change };
    this.vscode.setState(this.#state);
    this.#applyState();
    this.#drawSoon();
  }

  #applyState(): void {
    const { pane, paneHeight } = this.#state;
    this.#toolbar.show(this.#state, this.#store.anomalous);
    const shown = {
      none: [],
      functions: [this.#functions.element],
      neighbours: [this.#neighbours.element],
    };
    const [content] = shown[pane];
    if (this.#pane.firstElementChild !== (content ?? null)) {
      this.#pane.replaceChildren(...shown[pane]);
    }
    this.#pane.hidden = this.#splitter.element.hidden = pane === 'none';
    this.#pane.style.flexBasis = `${paneHeight}%`;
    this.#splitter.value = paneHeight;
  }

  #drawSoon(): void {
    if (this.#frameRequested) return;
    this.#frameRequested = true;
    requestAnimationFrame(() => {
      this.#frameRequested = false;
      this.#draw();
    });
  }

  #draw(): void {
    if (this.#loading || this.#canvas.width <= 0) return;
    const { tree } = this.#view;
    const { query, row } = this.#state;
    const matches = matcherOf(query);
    this.#scene = new Scene(tree, this.#focus, this.#state.orientation, this.#canvas.width);
    const { rectangles } = this.#scene;
    const pointed = this.#pointed;
    this.#pointed = pointed && rectangles.find((each) => isSame(each, pointed));
    const isSelected = this.#function;
    this.#canvas.draw(this.#scene, {
      matches,
      isFunction: (node) => isSelected !== undefined && isFunction(tree, node, isSelected),
      selected: this.#selectedRectangle(),
    });
    this.#toolbar.show(this.#state, this.#store.anomalous);
    this.#toolbar.showMatched(matches ? this.#matchedText(matches) : '');
    this.#breadcrumb.show(tree, this.#focus, row === '' ? '' : this.#scopeTitle());
    this.#title.textContent = pictureTitle(this.#info.picture);
    this.#numbers.textContent = describeRecording(this.#info.picture, tree.total(ROOT));
    this.#showDetails();
    this.#explainEmptiness();
    this.#drawPane(matches);
    this.#showPause();
    document.body.dataset['drawn'] = String(this.#info.seconds);
  }

  #drawPane(matches: ((info: NodeInfo) => boolean) | undefined): void {
    const { pane, sorting } = this.#state;
    const { functions } = this.#view;
    if (pane === 'functions') {
      const passes = (frame: InternedFrame): boolean =>
        matches === undefined || matches({ ...frame, order: '' });
      this.#functions.show(functions, sorting, passes, this.#function);
    } else if (pane === 'neighbours') {
      const none = { callers: [], callees: [] };
      const selected = this.#function;
      this.#neighbours.show(
        selected && functions.of(selected),
        selected ? this.#view.neighbours(selected) : none,
      );
    }
  }

  #matchedText(matches: (info: NodeInfo) => boolean): string {
    const { tree } = this.#view;
    const samples = matchedSamples(tree, this.#focus, matches);
    return `${formatShare(samples, tree.total(this.#focus))} matched`;
  }

  #explainEmptiness(): void {
    if (this.#view.tree.total(ROOT) > 0) {
      this.#message.hidden = true;
      return;
    }
    if (this.#state.row !== '' || this.#state.anomaliesOnly) this.#explain('No samples here yet.');
    else if (this.#info.recording) this.#explain('Waiting for the first samples…');
    else this.#explain('There are no samples in this recording.');
  }

  #explain(text: string): void {
    const content: (Node | string)[] = [element('p', {}, text)];
    if (text.startsWith('Nothing has been recorded')) {
      content.push(
        button('Start Stack Count', { title: 'Record stacks', primary: true }, () =>
          this.#post({ type: 'start' }),
        ),
        button('Open Saved Stacks…', { title: 'A stack_count.log of an earlier time' }, () =>
          this.#post({ type: 'openFile' }),
        ),
      );
    }
    this.#message.replaceChildren(...content);
    this.#message.hidden = false;
  }

  #showPause(): void {
    this.#toolbar.showPause(this.#isPaused ? this.#behind : undefined, this.#info.recording);
  }

  #selectedRectangle(): Rectangle | undefined {
    const selected = this.#selected;
    if (!selected) return undefined;
    return this.#scene?.rectangles.find(
      ({ node, kind }) => node === selected.node && (kind === 'other') === selected.other,
    );
  }

  /** Of what is under the mouse, else of what is selected. */
  #showDetails(): void {
    const rectangle = this.#pointed ?? this.#selectedRectangle();
    const described = rectangle ? this.#scene?.describe(rectangle) : this.#describeFunction();
    const total = this.#view.tree.total(ROOT);
    const text = described ? describe(described, total) : HINT;
    if (this.#details.textContent !== text) this.#details.textContent = text;
  }

  #describeFunction(): Described | undefined {
    const row = this.#function && this.#view.functions.of(this.#function);
    if (!row) return undefined;
    const { frame, self, total } = row;
    const { name, module, kind } = frame;
    return { name: bounded(name, 1_000), module: bounded(module, 1_000), kind, count: total, self };
  }

  /** `known (1234), pid 1235`. */
  #scopeTitle(): string {
    const { process: index, tid, stack } = scopeOf(this.#state.row);
    const process = index === undefined ? undefined : this.#store.process(index);
    if (!process) return '';
    const parts = [`${printable(process.name)} (${process.key})`];
    if (tid !== undefined) parts.push(`pid ${tid}`);
    if (stack !== undefined) parts.push('one stack');
    return parts.join(', ');
  }

  #post(message: FromPage): void {
    this.vscode.postMessage(message);
  }
}

/** In the picture of another moment. */
function isSame(a: Rectangle, b: Rectangle): boolean {
  return a.node === b.node && (a.kind === 'other') === (b.kind === 'other');
}

/** What the menu of VS Code on a place without a function offers: nothing. */
const NO_MENU = { preventDefaultContextMenuItems: true };

function functionMenu(name: string): Readonly<Record<string, unknown>> {
  // What is copied may be pasted into a terminal.
  const safe = printable(name);
  return { webviewSection: 'function', preventDefaultContextMenuItems: true, name: safe };
}

function placeNames(tree: StackView['tree'], node: number): string[] {
  const names: string[] = [];
  for (let at = node; at !== ROOT; at = tree.parent(at)) {
    names.unshift(printable(tree.info(at).name).replaceAll(';', ':'));
  }
  return names;
}

/** Letters typed into a field are no commands. */
function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
}
