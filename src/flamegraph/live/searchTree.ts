/** A search over a whole call tree, also over what is too small to draw. */
import { ROOT, type CallTree, type NodeInfo } from '../../core/callTree';
import { moduleName } from '../wording';

export type Matcher = (info: NodeInfo) => boolean;

/** Finds names and modules that hold the words; undefined when nothing is asked. */
export function matcherOf(query: string): Matcher | undefined {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return undefined;
  const known = new Map<NodeInfo, boolean>();
  return (info) => {
    const seen = known.get(info);
    if (seen !== undefined) return seen;
    const found = info.kind !== 'root' && holds(info, wanted);
    known.set(info, found);
    return found;
  };
}

function holds({ name, module }: NodeInfo, wanted: string): boolean {
  return name.toLowerCase().includes(wanted) || moduleName(module).toLowerCase().includes(wanted);
}

/** Samples within the focus that went through a match; nested matches count once. */
export function matchedSamples(tree: CallTree, focus: number, matches: Matcher): number {
  for (let node = focus; node !== ROOT; node = tree.parent(node)) {
    if (matches(tree.info(node))) return tree.total(focus);
  }
  let sum = 0;
  const pending = [focus];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (matches(tree.info(node))) sum += tree.total(node);
    else for (let c = tree.firstChild(node); c !== 0; c = tree.nextSibling(c)) pending.push(c);
  }
  return sum;
}
