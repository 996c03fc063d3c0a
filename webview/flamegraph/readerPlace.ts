/** Where the reader is in the picture: zoomed into what, with what selected. */
import { ROOT } from '../../src/core/callTree';
import type { InternedFrame } from '../../src/core/frame';

export class ReaderPlace {
  /** The node zoomed into. */
  focus = ROOT;
  /** A node, or the small ones beside it that are drawn as one. */
  selected: { readonly node: number; readonly other: boolean } | undefined;
  /** The function that is lit up wherever it stands. */
  function: InternedFrame | undefined;

  forget(): void {
    this.focus = ROOT;
    this.selected = undefined;
    this.function = undefined;
  }

  get nodes(): number[] {
    return [this.focus, this.selected?.node ?? ROOT];
  }

  /** After a change of the tree the same places have other numbers. @param nodes as `nodes` */
  follow([focus = ROOT, selected = ROOT]: readonly number[]): void {
    this.focus = focus;
    if (this.selected) this.selected = { ...this.selected, node: selected };
  }
}
