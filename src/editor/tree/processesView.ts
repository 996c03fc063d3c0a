/**
 * The Processes view: process -> pid -> stack -> frame, of the recording or of a file. Rows come
 * from the engine when they are unfolded; ids are stable, so expansion and selection survive every
 * refresh.
 */
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  EventEmitter,
  commands,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  type Command,
  type Disposable,
  type Memento,
  type TreeDataProvider,
  type TreeView,
  window,
} from 'vscode';
import { COMMANDS, CONTEXT_KEYS, VIEWS } from '../contributions';
import type { Children, Row, RowKind } from '../../messages/engineMessages';
import { countOf, formatCount } from '../../core/accounting';
import type { EngineClient } from '../recording/engineClient';
import { resourceOf, UNUSUAL_COLOUR } from './unusualDecorations';

/** Rows shown below one row before "show more", and how many more each time. */
const PAGE = 100;
const REFRESH_MS = 1_000;
const SECOND_LOOK_MS = 50;
const REVEAL_TRIES = 3;
const REVEAL_PAUSE_MS = 300;
/** The view is not kept still for longer. */
const REVEAL_MS = 5_000;
const SORT_MEMORY = 'unusualFirst';

export interface MoreNode {
  readonly kind: 'more';
  readonly parent: Row | undefined;
  readonly left: number;
}

export type Node = Row | MoreNode;

const ICONS: Record<RowKind, string> = {
  process: 'server-process',
  thread: 'symbol-event',
  stack: 'layers',
  frame: 'symbol-function',
};

/**
 * Without arguments: VS Code keeps those beside the item, and a refresh between a click and its command
 * takes them away ("Actual command not found").
 */
const CHOOSE_AGAIN: Command = {
  command: COMMANDS.narrow,
  title: 'Narrow the Open Flame Graph to This',
};

export class ProcessesView implements TreeDataProvider<Node>, Disposable {
  readonly #changed = new EventEmitter<Node | undefined>();
  readonly #limits = new Map<string, number>();
  /** By the id of the row above: one that was revealed, which is shown wherever it stands. */
  readonly #kept = new Map<string, string>();
  /** By the id of the row above: the rows that VS Code was given last. */
  readonly #given = new Map<string, ReadonlySet<string>>();
  /** Rows by the id of the row below them, to find the way to one. */
  readonly #parents = new Map<string, Row | undefined>();
  readonly #view: TreeView<Node>;
  #refreshed = 0;
  #timer: NodeJS.Timeout | undefined;
  #stale = false;
  /** Rows that VS Code is on its way to. */
  #revealing = 0;
  /** Questions that the engine has not answered yet. */
  #asking = 0;
  /** How often the rows were cleared: a file that was asked for before comes too late. */
  #cleared = 0;

  readonly #selected = new EventEmitter<string>();
  readonly #shown = new EventEmitter<void>();
  /** Selected by us, not by a person. */
  #revealed: string | undefined;
  #file: string | undefined;
  #narrowed: string | undefined;
  #selectedRow: string | undefined;
  /** A click fell into a refresh: VS Code knows the row again when its rows have come. */
  #unresolved = false;
  #secondLook: NodeJS.Timeout | undefined;

  readonly onDidChangeTreeData = this.#changed.event;
  /** A person chose this row. */
  readonly onDidSelect = this.#selected.event;
  /** Rows of something else are shown from now on. */
  readonly onDidShow = this.#shown.event;

  constructor(
    private readonly engine: EngineClient,
    private readonly memory: Memento,
  ) {
    this.#view = window.createTreeView(VIEWS.processes, {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    this.#view.onDidChangeVisibility(({ visible }) => {
      if (visible && this.#stale) this.#refresh();
    });
    this.#view.onDidChangeSelection(({ selection: [node] }) => {
      this.#unresolved = node === undefined;
      this.#select(node);
      this.#lookAgain();
    });
    // The choice of an earlier window can be taken back in this one.
    this.#setContext();
  }

  /** The file whose rows are shown; undefined: those of the recording. */
  get file(): string | undefined {
    return this.#file;
  }

  /**
   * Shows a file of stacks instead of the recording, if none is running.
   *
   * @returns in words why it cannot be read
   */
  async showFile(file: string): Promise<string | undefined> {
    const cleared = this.#cleared;
    const { problem, shown } = await this.engine.showFile(file);
    // A recording that was started meanwhile has taken the place of the file.
    if (shown && cleared === this.#cleared) this.#showing(file);
    return problem;
  }

  /** Back to the running or last recording. */
  async showRecording(): Promise<void> {
    if (this.#file === undefined) return;
    await this.engine.showFile(undefined);
    this.#showing(undefined);
  }

  /** Opens the tree down to a row and selects it; the view itself only where it is asked for. */
  async reveal(id: string, { focus = false } = {}): Promise<void> {
    if (!this.#view.visible && !focus) return;
    const path = await this.engine.locate(id);
    const last = path.at(-1);
    if (!last) return;
    let parent: Row | undefined;
    for (const row of path) {
      this.#keep(row, parent);
      parent = row;
    }
    this.#revealed = last.id;
    await this.#whileStill(() => this.#view.reveal(last, { select: true, focus, expand: false }));
  }

  /**
   * VS Code walks down to a row step by step, asking for children, and a refresh on its way makes it
   * fail: none is begun meanwhile, and where one was under way it is tried again. A row that is not
   * there any more is not shown.
   */
  async #whileStill(reveal: () => Thenable<void>): Promise<void> {
    this.#revealing++;
    try {
      for (let tries = 0; tries < REVEAL_TRIES; tries++) {
        const done = reveal().then(
          () => true,
          () => false,
        );
        if (await Promise.race([done, sleep(REVEAL_MS, true, { ref: false })])) return;
        await sleep(REVEAL_PAUSE_MS);
      }
    } finally {
      this.#revealing--;
      if (this.#stale) this.update();
    }
  }

  /** The row that the graph is narrowed to, '' being none; undefined: there is no graph. */
  set narrowed(row: string | undefined) {
    if (row === this.#narrowed) return;
    this.#narrowed = row;
    this.#refreshSelected();
  }

  /** A line above the rows. */
  set message(text: string | undefined) {
    this.#view.message = text;
  }

  /** Number of stacks that are unusual now: the badge of the view. */
  set unusual(count: number) {
    const tooltip = `${countOf(count, 'stack')} ${count === 1 ? 'is' : 'are'} unusual`;
    this.#view.badge = count === 0 ? undefined : { value: count, tooltip };
  }

  /** The most unusual rows first, or the busiest; remembered in the workspace. */
  async sort(unusualFirst: boolean): Promise<void> {
    await this.memory.update(SORT_MEMORY, unusualFirst);
    this.#setContext();
    this.#refresh();
  }

  /** Forgets the rows of an earlier recording. */
  clear(): void {
    this.#cleared++;
    this.unusual = 0;
    this.#showing(undefined);
  }

  /**
   * Numbers have changed; shown when somebody looks, and a second after the last rows have come at the
   * earliest: a refresh before that would take rows away that are being unfolded.
   */
  update(): void {
    if (!this.#view.visible || this.#revealing > 0 || this.#asking > 0) {
      this.#stale = true;
      return;
    }
    const wait = this.#refreshed + REFRESH_MS - performance.now();
    if (wait <= 0) return this.#refresh();
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.update();
    }, wait);
  }

  /** A person clicked on the row that is selected already. */
  chooseAgain(): void {
    if (this.#selectedRow !== undefined) this.#selected.fire(this.#selectedRow);
  }

  showMore({ parent }: MoreNode): void {
    const id = parent?.id ?? '';
    this.#limits.set(id, this.#limit(id) + PAGE);
    this.#changed.fire(parent);
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node?.kind === 'more') return [];
    const id = node?.id ?? '';
    const { rows, more } = await this.#ask({
      parent: id,
      limit: this.#limit(id),
      unusualFirst: this.#unusualFirst,
      ...(this.#kept.has(id) ? { kept: this.#kept.get(id) as string } : {}),
    });
    this.#lookAgain();
    this.#given.set(id, new Set(rows.map((row) => row.id)));
    for (const row of rows) this.#parents.set(row.id, node);
    return more > 0 ? [...rows, { kind: 'more', parent: node, left: more }] : [...rows];
  }

  getParent(node: Node): Node | undefined {
    return node.kind === 'more' ? node.parent : this.#parents.get(node.id);
  }

  getTreeItem(node: Node): TreeItem {
    if (node.kind === 'more') return moreItem(node);
    const item = rowItem(node);
    if (this.#needsCommand(node)) item.command = CHOOSE_AGAIN;
    return item;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#secondLook);
    this.#view.dispose();
    this.#changed.dispose();
    this.#selected.dispose();
    this.#shown.dispose();
  }

  #showing(file: string | undefined): void {
    this.#file = file;
    this.#view.message =
      file === undefined ? undefined : `Saved stacks of ${basename(file)}, read-only.`;
    this.#limits.clear();
    this.#kept.clear();
    this.#given.clear();
    this.#parents.clear();
    this.#revealed = undefined;
    // Rows of before: a click on one of them is no choice among these.
    this.#unresolved = false;
    this.#shown.fire();
    this.#refresh();
  }

  /** A row that may be beyond the page is shown all the same. */
  #keep(row: Row, parent: Row | undefined): void {
    const id = parent?.id ?? '';
    this.#parents.set(row.id, parent);
    this.#kept.set(id, row.id);
    // Only where it is missing: a refresh on the way takes the selection along.
    const given = this.#given.get(id);
    if (given && !given.has(row.id)) this.#changed.fire(parent);
  }

  /**
   * A click on a row that is selected already changes no selection, so VS Code tells nobody; and a
   * row with a command is not unfolded by a click. So only the row has one that needs it.
   */
  #needsCommand({ id }: Row): boolean {
    return this.#narrowed !== undefined && this.#narrowed !== id && this.#selectedRow === id;
  }

  get #unusualFirst(): boolean {
    return this.memory.get(SORT_MEMORY, false);
  }

  async #ask(question: Parameters<EngineClient['children']>[0]): Promise<Children> {
    this.#asking++;
    try {
      return await this.engine.children(question);
    } finally {
      this.#asking--;
      this.#refreshed = performance.now();
      if (this.#stale) this.update();
    }
  }

  #select(node: Node | undefined): void {
    this.#selectedRow = node && node.kind !== 'more' ? node.id : undefined;
    if (this.#selectedRow === undefined) return;
    if (this.#selectedRow === this.#revealed) return this.#refreshSelected();
    this.#revealed = undefined;
    this.#selected.fire(this.#selectedRow);
  }

  /** Rows have come; VS Code takes them in a moment later. */
  #lookAgain(): void {
    if (!this.#unresolved) return;
    clearTimeout(this.#secondLook);
    this.#secondLook = setTimeout(() => {
      const [node] = this.#view.selection;
      if (!node || !this.#unresolved) return;
      this.#unresolved = false;
      this.#select(node);
    }, SECOND_LOOK_MS);
  }

  /** What a click on it does has changed. */
  #refreshSelected(): void {
    const [node] = this.#view.selection;
    if (node) this.#changed.fire(node);
    else if (this.#selectedRow !== undefined) this.update();
  }

  #setContext(): void {
    void commands.executeCommand('setContext', CONTEXT_KEYS.unusualFirst, this.#unusualFirst);
  }

  #limit(id: string): number {
    return this.#limits.get(id) ?? PAGE;
  }

  #refresh(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#stale = false;
    this.#refreshed = performance.now();
    this.#changed.fire(undefined);
  }
}

function rowItem(row: Row): TreeItem {
  const state = row.expandable ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.None;
  const item = new TreeItem(row.label, state);
  item.id = row.id;
  item.description = row.description;
  item.tooltip = row.tooltip;
  item.contextValue = row.kind;
  const colour = row.unusual?.now ? new ThemeColor(UNUSUAL_COLOUR) : undefined;
  item.iconPath = new ThemeIcon(ICONS[row.kind], colour);
  const resource = resourceOf(row);
  if (resource) item.resourceUri = resource;
  item.accessibilityInformation = { label: spoken(row) };
  return item;
}

function spoken({ kind, label, description, unusual }: Row): string {
  const reason = unusual ? `, ${unusual.now ? 'unusual' : 'was unusual'}: ${unusual.reason}` : '';
  return `${kind} ${label}, ${description}${reason}`;
}

function moreItem(node: MoreNode): TreeItem {
  const item = new TreeItem(`Show more (${formatCount(node.left)} left)`);
  item.id = `more/${node.parent?.id ?? ''}`;
  item.iconPath = new ThemeIcon('ellipsis');
  item.command = { command: COMMANDS.showMore, title: 'Show More', arguments: [node] };
  return item;
}
