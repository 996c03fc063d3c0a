/**
 * What stands above the graph in a saved picture: title, when and how it was recorded, the legend,
 * and a line that explains the graph until the script shows details in it.
 */
import type { CallTree, NodeInfo } from '../core/callTree';
import { shorten } from '../core/printable';
import type { Orientation } from './layout';
import { element, type Markup } from './markup';
import { MARGIN } from './metrics';
import {
  describeRecording,
  formatShare,
  KIND_WORDS,
  MARK,
  pictureTitle,
  type PictureInfo,
} from './wording';

export const HEADER_HEIGHT = 98;

const [TITLE_BASELINE, SUBTITLE_BASELINE, CAPTION_BASELINE] = [35, 59, 84];
const LEGEND_KINDS = ['kernel', 'native', 'jit', 'unknown'] as const;
/** About the advance of the 12 px font: the legend only has to look evenly spaced. */
const LETTER = 7;
const [SWATCH, SWATCH_GAP, ENTRY_GAP] = [11, 6, 18];
const LONGEST_TITLE = 90;

export function svgHeader(
  tree: CallTree,
  info: PictureInfo,
  orientation: Orientation,
  width: number,
): Markup {
  const samples = tree.total(0);
  const title = shorten(pictureTitle(info), LONGEST_TITLE);
  const caption = captionText(samples, orientation);
  return element(
    'g',
    { id: 'header' },
    element('rect', { class: 'ground', width, height: HEADER_HEIGHT }),
    line('what', TITLE_BASELINE, 'title', title),
    line('when', SUBTITLE_BASELINE, 'muted', describeRecording(info, samples)),
    legend(tree, width),
    line('details', CAPTION_BASELINE, 'muted', caption),
  );
}

function line(id: string, y: number, style: string, text: string): Markup {
  return element('text', { id, x: MARGIN, y, class: style }, text);
}

function captionText(samples: number, orientation: Orientation): string {
  if (samples === 0) return 'No samples were recorded.';
  const side = orientation === 'icicle' ? 'below' : 'above';
  return `Every bar is a function, as wide as its share of the samples; what it calls is ${side} it.`;
}

/** Which kind of code the CPUs were in, from the right edge to the left. */
function legend(tree: CallTree, width: number): Markup {
  const entries = legendEntries(tree);
  const widths = entries.map(({ text }) => SWATCH + SWATCH_GAP + text.length * LETTER + ENTRY_GAP);
  let x = width - MARGIN + ENTRY_GAP - widths.reduce((sum, each) => sum + each, 0);
  const marks = entries.map((entry, i) => {
    const mark = legendEntry(entry, Math.round(x));
    x += widths[i] ?? 0;
    return mark;
  });
  return element('g', { id: 'legend', transform: `translate(0,${SUBTITLE_BASELINE})` }, ...marks);
}

interface LegendEntry {
  readonly kind: string;
  readonly text: string;
}

function legendEntry({ kind, text }: LegendEntry, x: number): Markup {
  const swatch =
    kind === 'mark'
      ? element('text', { x, class: kind }, MARK)
      : element('rect', { class: kind, x, y: -10, width: SWATCH, height: SWATCH, rx: 2 });
  return element('g', {}, swatch, element('text', { x: x + SWATCH + SWATCH_GAP }, text));
}

function legendEntries(tree: CallTree): LegendEntry[] {
  const samples = selfByKind(tree);
  const total = tree.total(0);
  const entries = LEGEND_KINDS.flatMap((kind): LegendEntry[] => {
    const count = samples.get(kind) ?? 0;
    const text = `${KIND_WORDS[kind]} ${formatShare(count, total)}`;
    return count > 0 ? [{ kind: `${kind}0`, text }] : [];
  });
  if (tree.marks.size > 0) entries.push({ kind: 'mark', text: `${tree.marks.size} unusual` });
  return entries;
}

function selfByKind(tree: CallTree): Map<NodeInfo['kind'], number> {
  const samples = new Map<NodeInfo['kind'], number>();
  for (let node = 0; node < tree.size; node++) {
    const self = tree.self(node);
    if (self === 0) continue;
    const { kind } = tree.info(node);
    samples.set(kind, (samples.get(kind) ?? 0) + self);
  }
  return samples;
}
