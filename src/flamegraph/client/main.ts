/**
 * The script inside `stack.svg`. It runs from disk, offline, in any browser; without it the picture
 * is whole but still. It is built into `svgScript.ts` (see test/unit/flamegraph/svgScript.test.ts).
 */
import { ROOT } from '../../core/callTree';
import { MARGIN } from '../metrics';
import {
  actionOf,
  isArrow,
  type FieldAction,
  type GraphAction,
  type PageAction,
} from '../navigation/keys';
import { choose, move, nextMatch, zoomTo, type Position } from '../navigation/position';
import { matchedText, matcherOf } from '../navigation/search';
import { pathTo, type Box, type Drawing } from '../navigation/tree';
import type { PictureData } from '../pictureData';
import { pictureNodes, pictureTree, type PictureNode } from '../pictureNodes';
import { byId, picture, set } from './dom';
import { Graph } from './graph';
import { Header } from './header';
import { Tip } from './tip';

const LEAST_WINDOW = 360;
/** Browsers do not move more than this smoothly. */
const MOST_GLIDING = 1500;

class Picture {
  readonly #data = JSON.parse(byId('data').textContent ?? '') as PictureData;
  readonly #nodes = pictureNodes(this.#data);
  readonly #tree = pictureTree(this.#nodes);
  readonly #graph = new Graph(this.#nodes, this.#data.orientation);
  readonly #tip = new Tip();
  readonly #header = new Header({
    zoom: (index) => this.#moveTo(zoomTo(this.#position, index)),
    search: (query) => this.#search(query),
  });
  #position: Position = {
    focus: ROOT,
    selected: { node: ROOT, other: false },
    query: '',
    narrowed: false,
  };
  #found: ReadonlySet<number> | undefined;
  #headerHeight = 0;

  start(): void {
    picture().removeAttribute('viewBox');
    this.#resize();
    window.addEventListener('resize', () => {
      picture().classList.remove('gliding');
      this.#resize();
    });
    document.addEventListener('keydown', (event) => this.#key(event));
    const frames = byId('frames');
    frames.addEventListener('click', ({ target }) => this.#choose(this.#graph.indexOf(target)));
    frames.addEventListener('mousemove', (event) => this.#hover(event));
    frames.addEventListener('mouseleave', () => this.#leave());
    frames.addEventListener('focusin', ({ target }) => this.#activate(this.#graph.indexOf(target)));
  }

  #resize(): void {
    const { documentElement } = document;
    const width = Math.max(LEAST_WINDOW, documentElement.clientWidth || window.innerWidth);
    this.#headerHeight = this.#header.place(width);
    this.#graph.place(this.#headerHeight);
    const height = this.#headerHeight + this.#graph.height + MARGIN;
    // A picture lower than the window would cut off the card beside the mouse.
    set(picture(), { width, height: Math.max(height, window.innerHeight) });
    this.#draw(width);
  }

  #draw(width: number): void {
    const { focus, query } = this.#position;
    const path = pathTo(this.#tree, focus);
    this.#graph.show(path, width - 2 * MARGIN);
    this.#header.showPath(path.map((index) => this.#nodes[index] as PictureNode));
    this.#search(query);
  }

  #choose(index: number | undefined): void {
    const node = this.#nodes[index ?? -1];
    if (node) this.#moveTo(choose(this.#position, { ...node, node: node.index }));
  }

  /** Shows what has changed, and takes the keyboard along. */
  #moveTo(next: Position): void {
    const before = this.#position;
    this.#position = next;
    if (next.query !== before.query) this.#showQuery();
    if (next.focus !== before.focus) this.#zoom();
    else if (next.selected !== before.selected) this.#scrollTo(this.#active);
    else return;
    this.#focusActive();
  }

  #focusActive(): void {
    const { index } = this.#active;
    this.#graph.focus(index);
    this.#activate(index);
  }

  #activate(index: number | undefined): void {
    const node = this.#nodes[index ?? -1];
    if (!node) return;
    const selected = { node: node.index, other: node.kind === 'other' };
    this.#position = { ...this.#position, selected };
    this.#header.showDetails(node, this.#total);
  }

  #zoom(): void {
    this.#tip.hide();
    picture().classList.toggle('gliding', this.#nodes.length <= MOST_GLIDING);
    this.#resize();
  }

  #showQuery(): void {
    this.#header.field.value = this.#position.query;
    this.#search(this.#position.query);
  }

  #search(query: string): void {
    this.#position = { ...this.#position, query };
    const matches = matcherOf(query);
    const found = matches && new Set(this.#nodes.filter(matches).map(({ index }) => index));
    this.#found = found;
    this.#graph.setMatches(found);
    const matched = found && matchedText(this.#tree, this.#position.focus, (i) => found.has(i));
    this.#header.showMatched(matched ?? '');
  }

  readonly #isMatch = ({ node }: Box): boolean => this.#found?.has(node) ?? false;

  /** The selected rectangle, or the focus where that one is no longer drawn. */
  get #active(): PictureNode {
    const { selected, focus } = this.#position;
    const index = selected && this.#graph.inView(selected.node) ? selected.node : focus;
    return this.#nodes[index] as PictureNode;
  }

  get #drawing(): Drawing {
    const inView = this.#nodes.filter(({ index }) => this.#graph.inView(index));
    const rectangles = inView.map((node) => ({ ...node, node: node.index }));
    return { tree: this.#tree, rectangles, orientation: this.#data.orientation };
  }

  #key(event: KeyboardEvent): void {
    const action = this.#actionOf(event);
    if (!event.defaultPrevented && action && this.#obey(action)) event.preventDefault();
  }

  #actionOf(event: KeyboardEvent): FieldAction | PageAction | GraphAction | undefined {
    if (event.target === this.#header.field) return actionOf(event, 'field');
    const action = actionOf(event, 'graph');
    // Nothing else here is moved by arrows: they need no click first.
    const onGraph = this.#graph.indexOf(event.target) !== undefined;
    return action && (onGraph || isArrow(action)) ? action : actionOf(event, 'page');
  }

  /** @returns whether a picture has this action */
  #obey(action: FieldAction | PageAction | GraphAction): boolean {
    switch (action) {
      case 'search':
        this.#header.field.focus();
        return true;
      case 'nextMatch':
        this.#moveTo(nextMatch(this.#position, this.#drawing, this.#isMatch));
        return true;
      case 'endSearch':
        this.#moveTo(move(this.#position, action, this.#drawing));
        this.#focusActive();
        return true;
      case 'save':
      case 'pause':
      case 'functions':
      case 'neighbours':
      case 'turn':
      case 'goTo':
      case 'copy':
      case 'menu':
        return false;
      default:
        this.#moveTo(move(this.#position, action, this.#drawing));
        return true;
    }
  }

  #scrollTo({ index }: PictureNode): void {
    const top = this.#headerHeight + this.#graph.top(index);
    const [first, last] = [window.scrollY + this.#headerHeight, window.scrollY + innerHeight - 40];
    if (top < first) window.scrollTo({ top: top - this.#headerHeight });
    if (top > last) window.scrollTo({ top: top - innerHeight + 40 });
  }

  get #total(): number {
    return this.#tree.total(ROOT);
  }

  #hover(event: MouseEvent): void {
    const node = this.#nodes[this.#graph.indexOf(event.target) ?? -1];
    if (!node) return this.#leave();
    this.#header.showDetails(node, this.#total);
    this.#tip.show(node, this.#total, event);
  }

  #leave(): void {
    this.#tip.hide();
    const active = this.#active;
    this.#header.showDetails(active.index === ROOT ? undefined : active, this.#total);
  }
}

new Picture().start();
