/**
 * The script inside `stack.svg`. It runs from disk, offline, in any browser; without it the picture
 * is whole but still. It is built into `svgScript.ts` (see test/unit/flamegraph/svgScript.test.ts).
 */
import { MARGIN } from '../metrics';
import type { PictureData } from '../pictureData';
import { pictureNodes, type PictureNode } from '../pictureNodes';
import { formatShare } from '../wording';
import { byId, picture, set } from './dom';
import { ancestorsOf, neighbour, search, type ArrowKey } from './find';
import { Graph } from './graph';
import { Header } from './header';
import { Tip } from './tip';

const LEAST_WINDOW = 360;
/** Browsers do not move more than this smoothly. */
const MOST_GLIDING = 1500;

class Picture {
  readonly #data = JSON.parse(byId('data').textContent ?? '') as PictureData;
  readonly #nodes = pictureNodes(this.#data);
  readonly #root = this.#nodes[0] as PictureNode;
  readonly #graph = new Graph(this.#nodes, this.#data.orientation);
  readonly #tip = new Tip();
  readonly #header = new Header({
    zoom: (index) => this.#zoom(index),
    search: (query) => this.#search(query),
    next: () => this.#nextMatch(),
  });
  #focus = this.#root;
  #active = this.#root;
  #query = '';
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
    frames.addEventListener('click', ({ target }) => this.#zoom(this.#graph.indexOf(target)));
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
    this.#graph.show(this.#focus, width - 2 * MARGIN);
    const path = [this.#focus, ...ancestorsOf(this.#nodes, this.#focus.index)].reverse();
    this.#header.showPath(path);
    this.#search(this.#query);
  }

  #zoom(index: number | undefined): void {
    const focus = index === undefined ? undefined : this.#nodes[index];
    if (!focus || focus.count === 0) return;
    this.#focus = this.#active = focus;
    this.#tip.hide();
    picture().classList.toggle('gliding', this.#nodes.length <= MOST_GLIDING);
    this.#resize();
    this.#graph.focus(focus.index);
  }

  #search(query: string): void {
    this.#query = query;
    const matches = search(this.#nodes, query, this.#focus);
    this.#graph.setMatches(matches?.found);
    const share = matches && formatShare(matches.samples, this.#focus.count);
    this.#header.showMatched(share === undefined ? '' : `${share} matched`);
  }

  /** The next match behind the rectangle that the keyboard was on last, round and round. */
  #nextMatch(): void {
    const found = [...(search(this.#nodes, this.#query, this.#focus)?.found ?? [])];
    const inView = found.filter(this.#graph.inView);
    const next = inView.find((index) => index > this.#active.index) ?? inView[0];
    if (next !== undefined) this.#goTo(this.#nodes[next] as PictureNode);
  }

  #key(event: KeyboardEvent): void {
    const { key } = event;
    const inField = event.target === this.#header.field;
    const find = key === 'f' && (event.ctrlKey || event.metaKey);
    if (find || (key === '/' && !inField)) this.#header.field.focus();
    else if (key === 'Escape') this.#back();
    else if (inField || event.ctrlKey || event.metaKey || event.altKey) return;
    else if (this.#graph.indexOf(event.target) === undefined && !key.startsWith('Arrow')) return;
    else if (key === 'Enter' || key === ' ') this.#zoom(this.#active.index);
    else if (key === 'Backspace') this.#zoom(this.#focus.parent);
    else if (key.startsWith('Arrow')) this.#move(key as ArrowKey);
    else return;
    event.preventDefault();
  }

  #move(key: ArrowKey): void {
    const { orientation } = this.#data;
    this.#goTo(neighbour(this.#nodes, this.#active, key, orientation, this.#graph.inView));
  }

  #goTo(node: PictureNode): void {
    this.#graph.focus(node.index);
    this.#activate(node.index);
    const top = this.#headerHeight + this.#graph.top(node.index);
    const [first, last] = [window.scrollY + this.#headerHeight, window.scrollY + innerHeight - 40];
    if (top < first) window.scrollTo({ top: top - this.#headerHeight });
    if (top > last) window.scrollTo({ top: top - innerHeight + 40 });
  }

  /** First the search goes, then the zoom. */
  #back(): void {
    if (this.#query === '') {
      this.#zoom(0);
      return;
    }
    this.#header.field.value = '';
    this.#search('');
  }

  #activate(index: number | undefined): void {
    const node = index === undefined ? undefined : this.#nodes[index];
    if (!node) return;
    this.#active = node;
    this.#header.showDetails(node, this.#root.count);
  }

  #hover(event: MouseEvent): void {
    const node = this.#nodes[this.#graph.indexOf(event.target) ?? -1];
    if (!node) return this.#leave();
    this.#header.showDetails(node, this.#root.count);
    this.#tip.show(node, this.#root.count, event);
  }

  #leave(): void {
    this.#tip.hide();
    const onRoot = this.#active === this.#root;
    this.#header.showDetails(onRoot ? undefined : this.#active, this.#root.count);
  }
}

new Picture().start();
