/**
 * Writes the file format of speedscope (https://www.speedscope.app/file-format-schema.json): all
 * processes in the first profile, then each one in a profile of its own.
 *
 *   {"$schema":"…","shared":{"frames":[{"name":"main"}]},"profiles":[{"type":"sampled",
 *    "name":"all processes","unit":"none","startValue":0,"endValue":37,"samples":[[0]],"weights":[37]}]}
 *
 * Equal stacks are one weighted sample: writing a sample as often as it was counted would let a
 * large count fill the disk. Samples are sorted by the names of their frames, so that speedscope's
 * time order view shows a flame graph too.
 */
import { CallTree, ROOT, type NodeInfo } from '../core/callTree';
import type { CountedStack } from '../core/stack';

export interface SpeedscopeFrame {
  readonly name: string;
  readonly file?: string;
}

interface Sample {
  /** Nodes, root first. */
  readonly path: readonly number[];
  readonly count: number;
}

/** The document in pieces, one per profile. */
export function* writeSpeedscope(stacks: Iterable<CountedStack>, title: string): Generator<string> {
  const tree = CallTree.of(stacks, 'process');
  const frames = new FrameNumbers(tree);
  const processes = tree
    .children(ROOT)
    .filter((node) => tree.info(node).kind === 'process')
    .sort((a, b) => tree.total(b) - tree.total(a) || tree.compare(a, b));
  const all = processes.length > 0 ? 'all processes' : title;
  yield documentHead(title);
  yield `,"profiles":[${JSON.stringify(profile(tree, ROOT, all, frames))}`;
  for (const node of processes) {
    yield `,${JSON.stringify(profile(tree, node, tree.info(node).name, frames))}`;
  }
  yield `],"shared":${JSON.stringify({ frames: frames.list })}}\n`;
}

/** The beginning of the document, up to the comma before its profiles. */
export function documentHead(title: string): string {
  const head = { $schema: 'https://www.speedscope.app/file-format-schema.json', name: title };
  return JSON.stringify({ ...head, exporter: 'stack-count', activeProfileIndex: 0 }).slice(0, -1);
}

function profile(tree: CallTree, top: number, name: string, frames: FrameNumbers): object {
  const samples: number[][] = [];
  const weights: number[] = [];
  for (const { path, count } of samplesBelow(tree, top)) {
    samples.push(path.map((node) => frames.number(node)));
    weights.push(count);
  }
  const endValue = tree.total(top);
  return { type: 'sampled', name, unit: 'none', startValue: 0, endValue, samples, weights };
}

/** Walks the tree without recursion, because stacks can be deep. */
function* samplesBelow(tree: CallTree, top: number): Generator<Sample> {
  const path: number[] = [];
  const pending = [{ node: top, depth: 0 }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, depth } = next;
    path.length = depth;
    path.push(node);
    if (tree.self(node) > 0) yield { path: path.slice(1), count: tree.self(node) };
    const children = tree.children(node).sort((a, b) => tree.compare(b, a));
    for (const child of children) pending.push({ node: child, depth: depth + 1 });
  }
}

/** The one list of frames that all profiles share. */
class FrameNumbers {
  readonly list: SpeedscopeFrame[] = [];
  readonly #numbers = new Map<NodeInfo, number>();

  constructor(private readonly tree: CallTree) {}

  number(node: number): number {
    const info = this.tree.info(node);
    const known = this.#numbers.get(info);
    if (known !== undefined) return known;
    const { name, module } = info;
    this.#numbers.set(info, this.list.length);
    return this.list.push(module === '' ? { name } : { name, file: module }) - 1;
  }
}
