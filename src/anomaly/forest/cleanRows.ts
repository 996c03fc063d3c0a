/**
 * Makes any table of numbers fit for trees: checks its shape and replaces what is not a finite
 * number, so that no NaN enters and none leaves.
 */

/** Beyond this, arithmetic on the cells of a column could overflow. */
const LARGEST = 1e300;

type Row = readonly number[];

export interface Cleaner {
  readonly columns: number;
  /**
   * A row of the same width: NaN becomes the column's median; +Infinity lies one whole range above
   * the column's largest finite cell, -Infinity as far below its smallest. So it stands apart, but
   * does not stretch the column until nothing else can be told apart. A column without a range, of
   * equal cells or of none, has its cell's size for one, or 1.
   */
  clean(row: Row): Row;
}

/** What stands for the cells of one column that are no finite numbers. */
interface Substitutes {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Learns the substitutes from the columns' finite cells; all 0 where a column has none.
 * @throws RangeError when the rows differ in length
 */
export function makeCleaner(rows: readonly Row[]): Cleaner {
  const columns = rows[0]?.length ?? 0;
  rows.forEach((row, index) => checkWidth(row, index, columns));
  const substitutes = Array.from({ length: columns }, (_, column) => substitutesOf(rows, column));
  return {
    columns,
    clean: (row) => (row.every(isOrdinary) ? row : substitutes.map((s, i) => repair(row[i], s))),
  };
}

/** @throws RangeError naming the row that differs */
export function checkWidth(row: Row, index: number, columns: number): void {
  if (row.length === columns) return;
  throw new RangeError(`Row ${index} has ${row.length} cells where ${columns} are expected.`);
}

function isOrdinary(cell: number): boolean {
  return Math.abs(cell) <= LARGEST;
}

function repair(cell = NaN, { median, low, high }: Substitutes): number {
  if (isOrdinary(cell)) return cell;
  if (Number.isNaN(cell)) return median;
  return cell > 0 ? high : low;
}

function substitutesOf(rows: readonly Row[], column: number): Substitutes {
  const cells = Float64Array.from(rows, (row) => row[column] as number)
    .filter(isOrdinary)
    .sort();
  const least = cells[0] ?? 0;
  const most = cells[cells.length - 1] ?? 0;
  const range = most - least || Math.abs(most) || 1;
  return { median: cells[(cells.length - 1) >> 1] ?? 0, low: least - range, high: most + range };
}
