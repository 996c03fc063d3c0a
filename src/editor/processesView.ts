/**
 * The Processes view: process -> pid -> stack -> frame. Rows come from the engine when they are
 * unfolded; ids are stable, so expansion and selection survive every refresh.
 */
import {
  EventEmitter,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  type Disposable,
  type TreeDataProvider,
  type TreeView,
  window,
} from 'vscode';
import { COMMANDS, VIEWS } from '../contributions';
import type { Row, RowKind } from '../engine/protocol';
import { formatCount } from '../core/accounting';
import type { EngineClient } from './engineClient';

/** Rows shown below one row before "show more", and how many more each time. */
const PAGE = 100;
const REFRESH_MS = 1_000;

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

export class ProcessesView implements TreeDataProvider<Node>, Disposable {
  readonly #changed = new EventEmitter<Node | undefined>();
  readonly #limits = new Map<string, number>();
  readonly #view: TreeView<Node>;
  #refreshed = 0;
  #timer: NodeJS.Timeout | undefined;
  #stale = false;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(private readonly engine: EngineClient) {
    this.#view = window.createTreeView(VIEWS.processes, {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    this.#view.onDidChangeVisibility(({ visible }) => {
      if (visible && this.#stale) this.#refresh();
    });
  }

  /** A line above the rows. */
  set message(text: string | undefined) {
    this.#view.message = text;
  }

  /** Forgets the rows of an earlier recording. */
  clear(): void {
    this.#limits.clear();
    this.#refresh();
  }

  /** Numbers have changed; shown at most once a second, and only when somebody looks. */
  update(): void {
    if (!this.#view.visible) {
      this.#stale = true;
      return;
    }
    const wait = this.#refreshed + REFRESH_MS - Date.now();
    if (wait <= 0) this.#refresh();
    else this.#timer ??= setTimeout(() => this.#refresh(), wait);
  }

  showMore({ parent }: MoreNode): void {
    const id = parent?.id ?? '';
    this.#limits.set(id, this.#limit(id) + PAGE);
    this.#changed.fire(parent);
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node?.kind === 'more') return [];
    const id = node?.id ?? '';
    const { rows, more } = await this.engine.children(id, this.#limit(id));
    return more > 0 ? [...rows, { kind: 'more', parent: node, left: more }] : [...rows];
  }

  getTreeItem(node: Node): TreeItem {
    return node.kind === 'more' ? moreItem(node) : rowItem(node);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#view.dispose();
    this.#changed.dispose();
  }

  #limit(id: string): number {
    return this.#limits.get(id) ?? PAGE;
  }

  #refresh(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#stale = false;
    this.#refreshed = Date.now();
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
  item.iconPath = new ThemeIcon(ICONS[row.kind]);
  item.accessibilityInformation = { label: `${row.kind} ${row.label}, ${row.description}` };
  return item;
}

function moreItem(node: MoreNode): TreeItem {
  const item = new TreeItem(`Show more (${formatCount(node.left)} left)`);
  item.id = `more/${node.parent?.id ?? ''}`;
  item.iconPath = new ThemeIcon('ellipsis');
  item.command = { command: COMMANDS.showMore, title: 'Show More', arguments: [node] };
  return item;
}
