/**
 * The rectangles of a picture on a canvas: where they are, what they are called, which one is under
 * the mouse.
 */
import { ROOT, type CallTree } from '../../src/core/callTree';
import { layOut, type Layout, type Orientation, type Rectangle } from '../../src/flamegraph/layout';
import { ROW_HEIGHT } from '../../src/flamegraph/metrics';
import { look, notesOf } from '../../src/flamegraph/pictureData';
import type { Described } from '../../src/flamegraph/wording';

/** Narrower rectangles are not drawn: they are part of "other". Pixels. */
const LEAST_WIDTH = 0.5;
const LONGEST_NAME = 1_000;
export class Scene {
  readonly layout: Layout;
  readonly #notes: Readonly<Record<number, string>>;
  /** From left to right, by row. */
  readonly #rows: Rectangle[][] = [];
  readonly #indexes = new Map<Rectangle, number>();

  constructor(
    readonly tree: CallTree,
    readonly focus: number,
    readonly orientation: Orientation,
    width: number,
  ) {
    this.layout = layOut(tree, { width, orientation, focus, minWidth: LEAST_WIDTH });
    const { rectangles } = this.layout;
    this.#notes = notesOf(tree, rectangles, LONGEST_NAME);
    rectangles.forEach((rectangle, index) => {
      this.#indexes.set(rectangle, index);
      (this.#rows[rectangle.row] ??= []).push(rectangle);
    });
  }

  /** Pixels. */
  get height(): number {
    return this.layout.rows * ROW_HEIGHT;
  }

  get rectangles(): readonly Rectangle[] {
    return this.layout.rectangles;
  }

  describe(rectangle: Rectangle): Described {
    const { node, kind, count } = rectangle;
    const note = this.#notes[this.#indexes.get(rectangle) ?? -1];
    const self = kind === 'other' ? 0 : this.tree.self(node);
    return { ...look(this.tree.info(node), rectangle, LONGEST_NAME), count, self, note };
  }

  at(x: number, y: number): Rectangle | undefined {
    const fromTop = Math.floor(y / ROW_HEIGHT);
    const row = this.orientation === 'icicle' ? fromTop : this.layout.rows - 1 - fromTop;
    return this.#rows[row]?.find((each) => x >= each.x && x < each.x + each.width);
  }

  /** The rectangle that stands for a node, if it is drawn. */
  find(node: number): Rectangle | undefined {
    return this.rectangles.find((each) => each.node === node && each.kind !== 'other');
  }

  get root(): Rectangle | undefined {
    return this.find(ROOT);
  }
}
