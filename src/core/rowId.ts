/**
 * Ids of the rows of the Processes view, which engine, editor and page pass to each other:
 *
 *   p/0            the process with index 0        t/0/1234       one thread of it
 *   s/0/1234/7     stack 7 in that thread          f/0/1234/7/2   its third frame from the leaf
 */
export type RowRef =
  | { readonly kind: 'process'; readonly process: number }
  | { readonly kind: 'thread'; readonly process: number; readonly tid: number }
  | {
      readonly kind: 'stack';
      readonly process: number;
      readonly tid: number;
      readonly stack: number;
    }
  | {
      readonly kind: 'frame';
      readonly process: number;
      readonly tid: number;
      readonly stack: number;
      readonly frame: number;
    };

export function rowId(row: RowRef): string {
  switch (row.kind) {
    case 'process':
      return `p/${row.process}`;
    case 'thread':
      return `t/${row.process}/${row.tid}`;
    case 'stack':
      return `s/${row.process}/${row.tid}/${row.stack}`;
    case 'frame':
      return `f/${row.process}/${row.tid}/${row.stack}/${row.frame}`;
  }
}

/** Undefined for what `rowId` never makes, such as '', which stands for everything. */
export function parseRowId(id: string): RowRef | undefined {
  const [letter = '', ...parts] = id.split('/');
  if (!parts.every(isWholeNumber)) return undefined;
  const [process = 0, tid = 0, stack = 0, frame = 0] = parts.map(Number);
  switch (letter + parts.length) {
    case 'p1':
      return { kind: 'process', process };
    case 't2':
      return { kind: 'thread', process, tid };
    case 's3':
      return { kind: 'stack', process, tid, stack };
    case 'f4':
      return { kind: 'frame', process, tid, stack, frame };
    default:
      return undefined;
  }
}

/** From the process down to the row itself: `s/0/12/7` -> `p/0`, `t/0/12`, `s/0/12/7`. */
export function rowIdsTo(id: string): string[] {
  const row = parseRowId(id);
  if (!row) return [];
  const parent = parentOf(row);
  return parent ? [...rowIdsTo(rowId(parent)), id] : [id];
}

function parentOf(row: RowRef): RowRef | undefined {
  switch (row.kind) {
    case 'process':
      return undefined;
    case 'thread':
      return { kind: 'process', process: row.process };
    case 'stack':
      return { kind: 'thread', process: row.process, tid: row.tid };
    case 'frame':
      return { kind: 'stack', process: row.process, tid: row.tid, stack: row.stack };
  }
}

/** Written as `rowId` writes it, so that every row has one id only. */
function isWholeNumber(text: string): boolean {
  const value = Number(text);
  return Number.isInteger(value) && value >= 0 && String(value) === text;
}
