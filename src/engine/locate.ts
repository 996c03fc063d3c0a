/** From the processes down to one row of the tree, so that the tree can open and show it. */
import { rowIdsTo } from '../core/rowId';
import type { Row } from '../messages/engineMessages';
import { childrenOf, type Shown } from './treeRows';

/** Down to the row, or as far as its ancestors exist. */
export function locate(shown: Shown, id: string): Row[] {
  const path: Row[] = [];
  let parent = '';
  for (const step of rowIdsTo(id)) {
    const row = childrenOf(shown, parent, 0, step).rows.find((each) => each.id === step);
    if (!row) return path;
    path.push(row);
    parent = step;
  }
  return path;
}
