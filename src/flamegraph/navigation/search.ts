/** A search over a whole tree, also over what is too small to draw. */
import { formatShare, moduleName } from '../wording';
import { pathTo, type NavigationTree } from './tree';

/** What a search looks at. */
export interface Named {
  readonly name: string;
  readonly module: string;
  readonly kind: string;
}

export type Matcher = (named: Named) => boolean;

/** Finds names and modules that hold the words; undefined when nothing is asked. */
export function matcherOf(query: string): Matcher | undefined {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return undefined;
  const known = new Map<Named, boolean>();
  return (named) => {
    const seen = known.get(named);
    if (seen !== undefined) return seen;
    const found = holds(named, wanted);
    known.set(named, found);
    return found;
  };
}

function holds({ name, module, kind }: Named, wanted: string): boolean {
  if (kind === 'root' || kind === 'other') return false;
  return name.toLowerCase().includes(wanted) || moduleName(module).toLowerCase().includes(wanted);
}

/** Samples within the focus that went through a match; nested matches count once. */
export function matchedSamples(
  tree: NavigationTree,
  focus: number,
  matches: (node: number) => boolean,
): number {
  if (pathTo(tree, focus).some(matches)) return tree.total(focus);
  let sum = 0;
  const pending = [focus];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (matches(node)) sum += tree.total(node);
    else for (let c = tree.firstChild(node); c !== 0; c = tree.nextSibling(c)) pending.push(c);
  }
  return sum;
}

/** `8.5% matched`, of the samples within the focus. */
export function matchedText(
  tree: NavigationTree,
  focus: number,
  matches: (node: number) => boolean,
): string {
  return `${formatShare(matchedSamples(tree, focus, matches), tree.total(focus))} matched`;
}
