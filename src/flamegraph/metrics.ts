/** Sizes of a saved picture in pixels, the same for the writer and for the script inside. */

export const MARGIN = 16;
export const ROW_HEIGHT = 18;
/** Between rows, and at most between neighbours. */
export const GAP = 1;
export const CORNER = 2;

/** Advance of the 11 px fixed-width font; the script measures the real one. */
export const COLUMN_WIDTH = 6.63;
/** Left edge of a rectangle to its name, and the same on the right. */
export const NAME_INSET = 4;
/** Top of a row to the base line of its name. */
export const NAME_BASELINE = 12.5;

/** Narrow neighbours share the gap: it takes a fifth of them, never all. */
export function visibleWidth(width: number): number {
  return width - Math.min(GAP, width / 5);
}

/** How many characters of a name fit into a rectangle. */
export function columnsIn(width: number, columnWidth: number): number {
  return Math.floor((width - 2 * NAME_INSET) / columnWidth);
}
