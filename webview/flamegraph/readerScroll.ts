/** Tells a reader's scrolling from ours, and from the browser's. */
export class ReaderScroll {
  /** Where it was when last looked at. */
  #top = 0;
  /** Pixels below what was in sight then. */
  #below = 0;

  /** @param moved the reader has scrolled */
  constructor(
    private readonly element: HTMLElement,
    private readonly moved: () => void,
  ) {
    element.addEventListener('scroll', () => this.#notice());
  }

  /** For a change that scrolls, or that changes how much there is to scroll. */
  ours<Result>(change: () => Result): Result {
    // The event of what the reader did just now is still to come.
    this.#notice();
    const result = change();
    this.#remember();
    return result;
  }

  /** Within `ours`: as far from the end as before. */
  keepEnd(): void {
    const { scrollHeight, clientHeight } = this.element;
    this.element.scrollTop = scrollHeight - clientHeight - this.#below;
  }

  #notice(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.element;
    // Where there is less to scroll than before, the browser moves to the end of it.
    const expected = Math.min(this.#top, scrollHeight - clientHeight);
    if (Math.abs(scrollTop - expected) < 1) return;
    this.#remember();
    this.moved();
  }

  #remember(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.element;
    this.#top = scrollTop;
    this.#below = scrollHeight - clientHeight - scrollTop;
  }
}
