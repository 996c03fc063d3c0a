/** From the processes down to one row of the tree, so that the tree can open and show it. */
import type { Row } from '../messages/engineMessages';
import { childrenOf, type Shown } from './treeRows';

/** Down to the row, or as far as its ancestors exist. */
export function locate(shown: Shown, id: string): Row[] {
  const path: Row[] = [];
  let parent = '';
  for (const step of idsTo(id)) {
    const row = childrenOf(shown, parent, 0, step).rows.find((each) => each.id === step);
    if (!row) return path;
    path.push(row);
    parent = step;
  }
  return path;
}

/** `s/0/12/7` -> `p/0`, `t/0/12`, `s/0/12/7`. */
function idsTo(id: string): string[] {
  const [kind = '', ...numbers] = id.split('/');
  const kinds = ['p', 't', 's', 'f'].slice(0, 'ptsf'.indexOf(kind) + 1);
  return kinds.map((each, i) => [each, ...numbers.slice(0, i + 1)].join('/'));
}
