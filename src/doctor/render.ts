/** The doctor's report as text for a terminal, and as Markdown for the editor. */
import { printable } from '../core/printable';
import type { Report } from './doctor';
import type { Row, RowState } from './row';

/** Words, not colours or symbols: screen readers read them, and logs keep them. */
const WORDS: Record<RowState, string> = {
  ok: 'ok',
  note: 'note',
  warning: 'WARNING',
  problem: 'PROBLEM',
  unknown: 'unknown',
};
const INDENT = ' '.repeat(10);

export function renderText({ rows, exitCode }: Report, columns: number): string {
  const width = Math.max(40, Math.min(columns, 100));
  return `${rows.map((row) => textOf(row, width)).join('')}\n${verdict(exitCode)}\n`;
}

function textOf({ title, state, finding, details, why, fix }: Row, width: number): string {
  const head = `${WORDS[state].padEnd(INDENT.length - 1)} ${title}: ${finding}`;
  const more = state === 'ok' || state === 'note' ? [] : [`Why it matters: ${why}`];
  const advice = fix === '' ? [] : [`What to do: ${fix}`];
  return [head, ...[...details, ...more, ...advice].map((line) => INDENT + line)]
    .map((line) => `${wrap(printable(line), width)}\n`)
    .join('');
}

/** Breaks the text at spaces and indents every line but the first. */
function wrap(text: string, width: number): string {
  const lines: string[] = [];
  let line = /^ */.exec(text)?.[0] ?? '';
  for (const word of text.trim().split(' ')) {
    const isFull = line.trim() !== '' && line.length + 1 + word.length > width;
    if (isFull) lines.push(line);
    line = isFull ? INDENT + word : line + (line.trim() === '' ? '' : ' ') + word;
  }
  return [...lines, line].join('\n');
}

const VERDICTS: Record<Report['exitCode'], string> = {
  0: 'Recording works here.',
  3: 'Recording fails here: there is no way to root.',
  4: 'Recording fails here: there is no usable bpftrace.',
  5: 'Recording fails here: the kernel does not let bpftrace do its work.',
};

export function verdict(exitCode: Report['exitCode']): string {
  return VERDICTS[exitCode];
}

export function renderMarkdown({ rows, exitCode }: Report): string {
  const table = rows.map(
    ({ title, state, finding }) => `| ${WORDS[state]} | ${escape(title)} | ${escape(finding)} |`,
  );
  return [
    '# Check This Machine',
    '',
    `**${verdict(exitCode)}**`,
    '',
    '| State | What | Found |',
    '| --- | --- | --- |',
    ...table,
    ...rows.flatMap(sectionOf),
    '',
  ].join('\n');
}

function sectionOf({ title, state, finding, details, why, fix }: Row): string[] {
  const more = details.map((detail) => `- ${escape(detail)}`);
  const advice = fix === '' ? [] : ['', `**What to do:** ${escape(fix)}`];
  return [
    ...['', `## ${escape(title)}: ${WORDS[state]}`, '', escape(finding)],
    ...(more.length > 0 ? ['', ...more] : []),
    ...['', `_Why it matters:_ ${escape(why)}`],
    ...advice,
  ];
}

/** Escapes Markdown: the names of processes and files must not become markup or links. */
function escape(text: string): string {
  return text
    .replace(/[\\`*_{}[\]()#+!|~$]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
